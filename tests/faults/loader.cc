// Load for measurements: reports clients in turn over many connections, each of which keeps a fixed
// number of reports in flight, and tells as JSON how many were acknowledged and how long they took.
//
//   herd-loader SECONDS RATE CLIENTS IN_FLIGHT PORT...
//
// Each PORT of 127.0.0.1 gets a connection; SECONDS 0 ends after every client was reported once.
// RATE is in reports a second over all connections; 0 sends as fast as the nodes answer.
// Every report of a client is newer than the one before, and as long.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <string>
#include <utility>
#include <vector>

namespace {

constexpr size_t kReadBytes = 65'536;
constexpr int64_t kSecond = 1'000'000'000;
constexpr size_t kMostMicros = 2'000'000;  // what took longer counts as this

int64_t Now() {
  return std::chrono::steady_clock::now().time_since_epoch() / std::chrono::nanoseconds(1);
}

// What all connections share: which client is next, and what was measured.
struct Load {
  uint64_t clients = 0;
  uint64_t sent = 0;
  uint64_t most = UINT64_MAX;  // reports to send in all
  int64_t begin_ns = 0;
  int64_t end_ns = 0;
  int64_t rate = 0;
  uint64_t acknowledged = 0;
  uint64_t refused = 0;
  std::vector<uint32_t> took_us = std::vector<uint32_t>(kMostMicros);  // how many took so long

  bool More(int64_t now_ns) const { return sent < most && (end_ns == 0 || now_ns < end_ns); }
  bool Due(int64_t now_ns) const {
    return rate == 0 || static_cast<int64_t>(sent) < (now_ns - begin_ns) / 1000 * rate / 1'000'000;
  }

  void AppendNext(std::string& out) {
    const uint64_t client = sent % clients;
    const uint64_t round = sent / clients;
    char line[96];
    const int64_t wall_ns = std::chrono::system_clock::now().time_since_epoch().count();
    const int size = std::snprintf(
        line, sizeof(line), "IAMAT client-%08llu +34.%06llu-118.%06llu %lld.%09lld\n",
        static_cast<unsigned long long>(client), static_cast<unsigned long long>(round % 1'000'000),
        static_cast<unsigned long long>(client % 1'000'000),
        static_cast<long long>(wall_ns / kSecond), static_cast<long long>(wall_ns % kSecond));
    out.append(line, static_cast<size_t>(size));
    ++sent;
  }
};

class Connection {
 public:
  Connection(uint16_t port, size_t in_flight) : in_flight_(in_flight) {
    socket_ = socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0) {
      std::perror("connect");
      std::exit(1);
    }
    const int on = 1;
    setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
  }
  Connection(Connection&& other) noexcept
      : socket_(std::exchange(other.socket_, -1)), in_flight_(other.in_flight_) {}
  ~Connection() {
    if (socket_ >= 0) close(socket_);
  }

  int Socket() const { return socket_; }
  bool Waits() const { return !sent_ns_.empty(); }

  // Sends as many as may be in flight.
  void Fill(Load& load) {
    const int64_t now_ns = Now();
    std::string out;
    while (sent_ns_.size() < in_flight_ && load.More(now_ns) && load.Due(now_ns)) {
      load.AppendNext(out);
      sent_ns_.push_back(now_ns);
    }
    for (size_t done = 0; done < out.size();) {
      const ssize_t wrote = write(socket_, out.data() + done, out.size() - done);
      if (wrote <= 0) Fail("write");
      done += static_cast<size_t>(wrote);
    }
  }

  void Read(Load& load) {
    char buffer[kReadBytes];
    const ssize_t size = read(socket_, buffer, sizeof(buffer));
    if (size <= 0) Fail("read");
    const int64_t now_ns = Now();
    for (ssize_t at = 0; at < size; ++at) {
      if (begins_line_ && buffer[at] == '?') ++load.refused;
      begins_line_ = buffer[at] == '\n';
      if (!begins_line_) continue;
      ++load.acknowledged;
      const auto micros = static_cast<size_t>((now_ns - sent_ns_.front()) / 1000);
      ++load.took_us[std::min(micros, kMostMicros - 1)];
      sent_ns_.pop_front();
    }
  }

 private:
  [[noreturn]] static void Fail(const char* what) {
    std::perror(what);
    std::exit(1);
  }

  int socket_;
  size_t in_flight_;
  std::deque<int64_t> sent_ns_;
  bool begins_line_ = true;
};

void Run(Load& load, std::vector<Connection>& connections) {
  std::vector<pollfd> polled;
  for (Connection& connection : connections) {
    polled.push_back({connection.Socket(), POLLIN, 0});
    connection.Fill(load);
  }
  const int wait_ms = load.rate == 0 ? -1 : 1;
  while (load.More(Now()) ||
         std::any_of(connections.begin(), connections.end(),
                     [](const Connection& connection) { return connection.Waits(); })) {
    if (poll(polled.data(), polled.size(), wait_ms) < 0) std::exit(1);
    for (size_t i = 0; i < polled.size(); ++i) {
      if (polled[i].revents != 0) connections[i].Read(load);
      if (polled[i].revents != 0 || load.rate != 0) connections[i].Fill(load);
    }
  }
}

// The time in microseconds within which this part of all reports were acknowledged.
size_t Quantile(const Load& load, double part) {
  auto rest = static_cast<int64_t>(static_cast<double>(load.acknowledged) * part);
  size_t micros = 0;
  while (micros + 1 < kMostMicros && (rest -= load.took_us[micros]) >= 0) ++micros;
  return micros;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 6) {
    std::fputs("herd-loader SECONDS RATE CLIENTS IN_FLIGHT PORT...\n", stderr);
    return 2;
  }
  const int64_t seconds = std::atoll(argv[1]);
  Load load;
  load.rate = std::atoll(argv[2]);
  load.clients = static_cast<uint64_t>(std::atoll(argv[3]));
  if (seconds == 0) load.most = load.clients;
  std::vector<Connection> connections;
  for (int i = 5; i < argc; ++i) {
    connections.emplace_back(static_cast<uint16_t>(std::atoi(argv[i])),
                             static_cast<size_t>(std::atoll(argv[4])));
  }
  load.begin_ns = Now();
  if (seconds > 0) load.end_ns = load.begin_ns + seconds * kSecond;
  Run(load, connections);
  const double took_s = static_cast<double>(Now() - load.begin_ns) / kSecond;
  std::printf(
      "{\"acknowledged\": %llu, \"refused\": %llu, \"distinct\": %llu, \"seconds\": %.3f, "
      "\"p50_us\": %zu, \"p99_us\": %zu}\n",
      static_cast<unsigned long long>(load.acknowledged),
      static_cast<unsigned long long>(load.refused),
      static_cast<unsigned long long>(std::min(load.sent, load.clients)), took_s,
      Quantile(load, 0.5), Quantile(load, 0.99));
  return load.refused == 0 ? 0 : 1;
}
