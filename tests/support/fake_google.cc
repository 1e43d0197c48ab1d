// The HTTP side of the stand-in, and the bodies that Google's documentation shows.
#include "tests/support/fake_google.h"

#include <array>
#include <nlohmann/json.hpp>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

namespace proxyherd {
namespace {

using Json = nlohmann::ordered_json;

// One thread per connection, so that calls that hang do not starve the next one.
constexpr char kThreads[] = "8";

std::string ReadBody(mg_connection* connection) {
  std::string body;
  std::array<char, 4096> buffer;
  for (int bytes = 0; (bytes = mg_read(connection, buffer.data(), buffer.size())) > 0;) {
    body.append(buffer.data(), static_cast<size_t>(bytes));
  }
  return body;
}

SeenCall Read(mg_connection* connection) {
  const mg_request_info* info = mg_get_request_info(connection);
  SeenCall call{info->request_method, info->local_uri, {}, ""};
  for (int i = 0; i < info->num_headers; ++i) {
    const auto& header = info->http_headers[i];
    call.headers[absl::AsciiStrToLower(header.name)] = header.value;
  }
  call.body = ReadBody(connection);
  return call;
}

}  // namespace

FakeGoogle::FakeGoogle(bool keep_alive)
    : keep_alive_(keep_alive),
      server_(std::vector<std::string>{"listening_ports", "127.0.0.1:0", "num_threads", kThreads,
                                       "enable_keep_alive", keep_alive ? "yes" : "no",
                                       "keep_alive_timeout_ms", "60000"}) {
  server_.addHandler("", *this);
}

FakeGoogle::~FakeGoogle() {
  Reset();
  server_.close();
}

std::string FakeGoogle::endpoint() const {
  // The method is not const, but only reads.
  return absl::StrCat("http://127.0.0.1:",
                      const_cast<CivetServer&>(server_).getListeningPorts().at(0));
}

void FakeGoogle::Answer(const Reply& reply) {
  MutexLock lock(&mu_);
  reply_ = reply;
}

void FakeGoogle::AnswerHanging(const Reply& reply) {
  MutexLock lock(&mu_);
  ++answered_hanging_;
  reply_ = reply;
  changed_.NotifyAll();
}

void FakeGoogle::Reset() {
  MutexLock lock(&mu_);
  ++resets_;
  reply_ = {};
  calls_.clear();
  changed_.NotifyAll();
}

std::vector<SeenCall> FakeGoogle::TakeCalls() {
  MutexLock lock(&mu_);
  return std::exchange(calls_, {});
}

void FakeGoogle::AwaitCalls(size_t count) {
  MutexLock lock(&mu_);
  while (calls_.size() < count) changed_.Wait(&mu_);
}

bool FakeGoogle::handlePost(CivetServer* /*server*/, mg_connection* connection) {
  SeenCall call = Read(connection);
  Reply reply;
  {
    MutexLock lock(&mu_);
    calls_.push_back(std::move(call));
    changed_.NotifyAll();
    reply = reply_;
    if (reply.hang) {
      const int reset_before = resets_;
      const int answered_before = answered_hanging_;
      while (resets_ == reset_before && answered_hanging_ == answered_before) changed_.Wait(&mu_);
      if (resets_ != reset_before) return true;
      reply = reply_;
    }
  }
  const std::string head = absl::StrCat(
      "HTTP/1.1 ", reply.status, " Status\r\nContent-Type: application/json; charset=UTF-8\r\n",
      "Content-Length: ", reply.body.size() + reply.bytes_left_out, "\r\n", reply.extra_headers,
      keep_alive_ ? "\r\n" : "Connection: close\r\n\r\n");
  mg_write(connection, head.data(), head.size());
  mg_write(connection, reply.body.data(), reply.body.size());
  return true;
}

std::string GoogleError(int code, const std::string& status, const std::string& message,
                        const std::string& reason, const std::string& quota_limit) {
  Json error = {{"code", code}, {"message", message}, {"status", status}};
  if (!reason.empty()) {
    Json info = {{"@type", "type.googleapis.com/google.rpc.ErrorInfo"},
                 {"reason", reason},
                 {"domain", "googleapis.com"},
                 {"metadata", {{"service", "places.googleapis.com"}}}};
    if (!quota_limit.empty()) info["metadata"]["quota_limit"] = quota_limit;
    const Json help = {{"@type", "type.googleapis.com/google.rpc.Help"}, {"links", Json::array()}};
    error["details"] = Json::array({help, info});
  }
  return Json{{"error", error}}.dump(2) + "\n";
}

std::string GooglePlaces(int count) {
  Json places = Json::array();
  for (int i = 1; i <= count; ++i) {
    places.push_back({{"name", absl::StrCat("places/ChIJ", i)},
                      {"location", {{"latitude", 34.0689}, {"longitude", -118}}},
                      {"displayName", {{"text", absl::StrCat("Place ", i)}}}});
  }
  return Json{{"places", places}}.dump(2) + "\n";
}

}  // namespace proxyherd
