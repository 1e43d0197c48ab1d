// Tests the HTTP port over real sockets: keep-alive, late answers, limits, stopping.
#include "server/http/http_server.h"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <future>
#include <thread>

namespace proxyherd::server {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

// A port that was free a moment ago.
uint16_t FreePort() {
  const int fd = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  bind(fd, reinterpret_cast<sockaddr*>(&address), size);
  getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size);
  close(fd);
  return ntohs(address.sin_port);
}

class Client {
 public:
  explicit Client(uint16_t port) : fd_(socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port);
    timeval patience{60, 0};
    setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
    connect(fd_, reinterpret_cast<sockaddr*>(&address), sizeof(address));
  }
  ~Client() { close(fd_); }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  void Send(const std::string& bytes) const { send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL); }
  // Reads until it has seen `words`, or to the end.
  std::string ReadUntil(const std::string& words) {
    char room[4096];
    while (read_.find(words) == std::string::npos) {
      const ssize_t got = recv(fd_, room, sizeof(room), 0);
      if (got <= 0) break;
      read_.append(room, static_cast<size_t>(got));
    }
    return std::exchange(read_, "");
  }
  std::string Rest() { return ReadUntil("\r\n\r\n no such words"); }

 private:
  const int fd_;
  std::string read_;
};

std::string Get(const std::string& path, const std::string& more = "") {
  return "GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\n" + more + "\r\n";
}

class HttpServerTest : public testing::Test {
 protected:
  void Start(HttpRoutes routes = {}, Viewers* viewers = nullptr) {
    HttpOptions options;
    options.address = "127.0.0.1";
    options.port = port;
    options.host = "clark.example";
    options.title = "Clark";
    options.not_ready_reason = [] { return "waiting for Bona"; };
    options.routes = std::move(routes);
    options.viewers = viewers;
    options.max_answer_bytes = max_answer_bytes;
    auto started = HttpServer::Start(std::move(options));
    ASSERT_TRUE(started.ok()) << started.status();
    server = *std::move(started);
  }

  size_t max_answer_bytes = 0;  // by default
  const uint16_t port = FreePort();
  std::unique_ptr<HttpServer> server;
};

TEST_F(HttpServerTest, SeveralRequestsOnAConnectionAreAnsweredInOrder) {
  Start();
  Client client(port);
  client.Send(Get("/healthz") + Get("/readyz"));
  EXPECT_THAT(client.ReadUntil("waiting for Bona"), HasSubstr("ok\n"));
  client.Send("HEAD / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  const std::string head = client.Rest();
  EXPECT_THAT(head, StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_THAT(head, testing::EndsWith("\r\n\r\n"));
}

TEST_F(HttpServerTest, APortInUseIsNamed) {
  Start();
  HttpOptions options;
  options.address = "127.0.0.1";
  options.port = port;
  const auto second = HttpServer::Start(std::move(options));
  EXPECT_EQ(second.status().code(), absl::StatusCode::kUnavailable);
  EXPECT_THAT(std::string(second.status().message()), HasSubstr(std::to_string(port)));
}

TEST_F(HttpServerTest, AnAnswerMayComeFromAnyThreadAndAfterTheServer) {
  std::promise<HttpDone> asked;
  HttpRoutes routes;
  routes.Add({"GET", "/later", false, false,
              [&](const HttpCall&, HttpDone done) { asked.set_value(std::move(done)); }});
  Start(std::move(routes));
  Client client(port);
  client.Send(Get("/later"));
  HttpDone done = asked.get_future().get();
  // A second call is an error of the caller, and harmless.
  std::thread([&] { done({200, "at last\n"}); }).join();
  done({200, "again\n"});
  EXPECT_THAT(client.ReadUntil("at last"), HasSubstr("at last\n"));
  server.reset();
  done({200, "too late\n"});
  EXPECT_EQ(client.Rest().find("late"), std::string::npos);
}

TEST_F(HttpServerTest, AnswersThatAreNotTakenHaveABoundTogether) {
  HttpRoutes routes;
  routes.Add({"GET", "/much", false, false, [](const HttpCall&, const HttpDone& done) {
                done({200, std::string(3'000'000, 'x')});
              }});
  max_answer_bytes = 4'000'000;
  Start(std::move(routes));
  Client first(port);
  first.Send(Get("/much"));
  EXPECT_THAT(first.ReadUntil("xxx"), HasSubstr("200 OK")) << "it fits, and is not taken";
  Client second(port);
  second.Send(Get("/much"));
  EXPECT_THAT(second.ReadUntil("try again\n"), HasSubstr(" 503 "));
  EXPECT_THAT(first.ReadUntil(std::string(2'000'000, 'x')), HasSubstr("xxx"));
  second.Send(Get("/healthz"));
  EXPECT_THAT(second.ReadUntil("ok\n"), HasSubstr("200 OK")) << "little is answered";
}

TEST_F(HttpServerTest, OneAnswerAloneMayBeLarge) {
  HttpRoutes routes;
  routes.Add({"GET", "/much", false, false, [](const HttpCall&, const HttpDone& done) {
                done({200, std::string(3'000'000, 'x')});
              }});
  max_answer_bytes = 1000;
  Start(std::move(routes));
  Client client(port);
  client.Send(Get("/much", "Connection: close\r\n"));
  EXPECT_GT(client.Rest().size(), 3'000'000U);
}

TEST_F(HttpServerTest, AnAnswerForWhoeverHasGoneIsForNobody) {
  std::promise<HttpDone> asked;
  HttpRoutes routes;
  routes.Add({"GET", "/later", false, false,
              [&](const HttpCall&, HttpDone done) { asked.set_value(std::move(done)); }});
  Start(std::move(routes));
  HttpDone done;
  {
    Client client(port);
    client.Send(Get("/later"));
    done = asked.get_future().get();
  }
  done({200, std::string(1'000'000, 'x')});
  Client other(port);
  other.Send(Get("/healthz"));
  EXPECT_THAT(other.ReadUntil("ok\n"), HasSubstr("ok\n"));
}

TEST_F(HttpServerTest, OnlyPagesOfItsOwnMayAskForWhatThePageShows) {
  HttpRoutes routes;
  routes.Add({"GET", "/mine", false, true, [](const HttpCall&, const HttpDone& done) {
                done({200, "mine\n"});
              }});
  Start(std::move(routes));
  const auto ask = [&](const std::string& host, const std::string& more) {
    Client client(port);
    client.Send("GET /mine HTTP/1.1\r\nConnection: close\r\nHost: " + host + "\r\n" + more +
                "\r\n");
    return client.Rest();
  };
  EXPECT_THAT(ask("clark.example:1", ""), HasSubstr("mine"));
  EXPECT_THAT(ask("127.0.0.1", "Origin: http://127.0.0.1\r\n"), HasSubstr("mine"));
  EXPECT_THAT(ask("evil.example", ""), StartsWith("HTTP/1.1 403"));
  EXPECT_THAT(ask("127.0.0.1", "Origin: http://evil.example\r\n"), StartsWith("HTTP/1.1 403"));
}

constexpr char kUpgrade[] =
    "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";

TEST_F(HttpServerTest, AViewerIsShownFramesUntilItGoes) {
  std::promise<void> arrived;
  Viewers viewers([&] { arrived.set_value(); });
  Start({}, &viewers);
  Client client(port);
  client.Send(Get("/live", kUpgrade));
  EXPECT_THAT(client.ReadUntil("\r\n\r\n"), StartsWith("HTTP/1.1 101"));
  arrived.get_future().get();
  viewers.Greet({std::make_shared<const std::string>("hello"), nullptr, nullptr, nullptr});
  EXPECT_EQ(client.ReadUntil("hello"), "\x81\x05hello");
  // A viewer that sends anything is disconnected: a text frame of one masked byte.
  client.Send(std::string("\x81\x81\0\0\0\0x", 7));
  client.Rest();
  EXPECT_EQ(viewers.Count(), 0U);
  server.reset();
}

TEST_F(HttpServerTest, StopsWithViewersAndQuestionsUnderWay) {
  std::promise<void> arrived;
  std::promise<HttpDone> asked;
  HttpRoutes routes;
  routes.Add({"GET", "/later", true, false,
              [&](const HttpCall&, HttpDone done) { asked.set_value(std::move(done)); }});
  Viewers viewers([&] { arrived.set_value(); });
  Start(std::move(routes), &viewers);
  Client viewer(port);
  viewer.Send(Get("/live", kUpgrade));
  Client asker(port);
  asker.Send(Get("/later"));
  arrived.get_future().get();
  const HttpDone done = asked.get_future().get();
  server.reset();
  EXPECT_EQ(viewers.Count(), 0U);
  viewers.Show({nullptr, nullptr, nullptr, std::make_shared<const std::string>("nobody")});
  done({200, "nobody\n"});
  EXPECT_EQ(asker.Rest(), "");
}

}  // namespace
}  // namespace proxyherd::server
