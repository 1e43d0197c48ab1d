// One thread drives a curl multi handle; other threads only post requests and wake it up.
#include "places/google/client/curl_client.h"

#include <curl/curl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "absl/base/call_once.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/absl_strings.h"
#include "base/env.h"
#include "places/provider/refusal.h"

namespace proxyherd::places {
namespace {

// How long the thread sleeps if curl has no timer; wake-ups end the sleep.
constexpr int kIdlePollMs = 60'000;

// Interval of keep-alive probes on idle connections, so that a broken connection is closed before
// the next call needs it.
constexpr long kKeepAliveSeconds = 30;

void InitCurlOnce() {
  static absl::once_flag once;
  absl::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
}

TransferFacts::Version VersionOf(long curl_version) {
  switch (curl_version) {
    case CURL_HTTP_VERSION_1_0:
      return TransferFacts::Version::kHttp10;
    case CURL_HTTP_VERSION_1_1:
      return TransferFacts::Version::kHttp11;
    case CURL_HTTP_VERSION_2_0:
      return TransferFacts::Version::kHttp2;
    case CURL_HTTP_VERSION_3:
      return TransferFacts::Version::kHttp3;
    default:
      return TransferFacts::Version::kNone;
  }
}

struct FreeEasy {
  void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
};
struct FreeList {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};

}  // namespace

// One request in progress. Must not move, because curl keeps pointers into it.
class CurlClient::Transfer {
 public:
  Transfer(HttpRequest request, int64_t budget_ns, Done done, const Limits& limits)
      : request_(std::move(request)), done_(std::move(done)), limits_(limits) {
    // 0 would mean "no limit" to curl.
    budget_ms_ = std::max<int64_t>(1, budget_ns / kMillisecond);
    for (const std::string& header : request_.headers) AddHeader(header);
    Set(CURLOPT_PRIVATE, this);
    Set(CURLOPT_URL, request_.url.c_str());
    Set(CURLOPT_POST, 1L);
    Set(CURLOPT_POSTFIELDS, request_.body.data());
    Set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request_.body.size()));
    Set(CURLOPT_HTTPHEADER, headers_.get());
    Set(CURLOPT_PROTOCOLS_STR, "http,https");
    Set(CURLOPT_FOLLOWLOCATION, 0L);
    Set(CURLOPT_NOSIGNAL, 1L);
    Set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_2TLS));
    // Makes concurrent calls share an HTTP/2 connection instead of opening one each. Over TLS the
    // handshake shows whether they can; over plain HTTP only the first answer shows it, and calls
    // must not wait for that.
    Set(CURLOPT_PIPEWAIT, absl::StartsWith(request_.url, "https:") ? 1L : 0L);
    Set(CURLOPT_TCP_KEEPALIVE, 1L);
    Set(CURLOPT_TCP_KEEPIDLE, kKeepAliveSeconds);
    Set(CURLOPT_TCP_KEEPINTVL, kKeepAliveSeconds);
    Set(CURLOPT_SOCKOPTFUNCTION, &Transfer::PrepareSocket);
    Set(CURLOPT_SOCKOPTDATA, this);
    if (!limits_.ca_file.empty()) Set(CURLOPT_CAINFO, limits_.ca_file.c_str());
    Set(CURLOPT_ACCEPT_ENCODING, "");
    Set(CURLOPT_USERAGENT, "proxyherd");
    Set(CURLOPT_TIMEOUT_MS, static_cast<long>(budget_ms_));
    Set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(ConnectTimeoutMs()));
    Set(CURLOPT_ERRORBUFFER, error_.data());
    Set(CURLOPT_WRITEFUNCTION, &Transfer::Write);
    Set(CURLOPT_WRITEDATA, this);
  }

  // Returns false if memory did not suffice for all options.
  bool IsWhole() const { return is_whole_; }

  CURL* easy() const { return easy_.get(); }
  Done& done() { return done_; }

  absl::StatusOr<HttpResponse> Result(CURLcode code) {
    const auto status = static_cast<int>(Info<long>(CURLINFO_RESPONSE_CODE));
    const bool broken_off = too_large_ || code == CURLE_PARTIAL_FILE || code == CURLE_RECV_ERROR ||
                            code == CURLE_HTTP2_STREAM || code == CURLE_BAD_CONTENT_ENCODING;
    if (code != CURLE_OK && !(broken_off && status >= 400)) return Error(code);
    // curl converts a date to seconds from now; a past date is negative.
    const int64_t retry_after_s = Info<curl_off_t>(CURLINFO_RETRY_AFTER);
    return HttpResponse{
        status, std::move(body_),
        std::clamp<int64_t>(retry_after_s, 0, kMaxRetryAfterNs / kSecond) * kSecond};
  }

  TransferFacts Facts() const {
    using Connection = TransferFacts::Connection;
    const Connection connection = !Connected()                            ? Connection::kNone
                                  : Info<long>(CURLINFO_NUM_CONNECTS) > 0 ? Connection::kNew
                                                                          : Connection::kReused;
    return {VersionOf(Info<long>(CURLINFO_HTTP_VERSION)), connection};
  }

 private:
  template <typename Value>
  void Set(CURLoption option, Value value) {
    // An option that this libcurl does not know is not essential.
    const CURLcode code =
        easy_ == nullptr ? CURLE_OUT_OF_MEMORY : curl_easy_setopt(easy_.get(), option, value);
    if (code == CURLE_OUT_OF_MEMORY) is_whole_ = false;
  }

  void AddHeader(const std::string& header) {
    curl_slist* const longer = curl_slist_append(headers_.get(), header.c_str());
    if (longer == nullptr) {
      is_whole_ = false;
      return;
    }
    static_cast<void>(headers_.release());
    headers_.reset(longer);
  }

  template <typename Value>
  Value Info(CURLINFO info) const {
    Value value = 0;
    curl_easy_getinfo(easy_.get(), info, &value);
    return value;
  }

  static int PrepareSocket(void* self, curl_socket_t socket, curlsocktype /*purpose*/) {
    const auto timeout_ms = static_cast<unsigned>(
        static_cast<Transfer*>(self)->limits_.dead_connection_ns / kMillisecond);
    // Without this option broken connections are detected later.
    setsockopt(socket, IPPROTO_TCP, TCP_USER_TIMEOUT, &timeout_ms, sizeof(timeout_ms));
    return CURL_SOCKOPT_OK;
  }

  static size_t Write(char* data, size_t size, size_t count, void* self) {
    auto* transfer = static_cast<Transfer*>(self);
    const size_t bytes = size * count;
    if (bytes > transfer->limits_.max_body_bytes - transfer->body_.size()) {
      transfer->too_large_ = true;
      return 0;  // makes curl abort the transfer
    }
    transfer->body_.append(data, bytes);
    return bytes;
  }

  absl::Status Error(CURLcode code) const {
    // The URL is our own configuration and contains no secret; the key is in a header.
    const std::string_view url = request_.url;
    if (too_large_) {
      return absl::UnavailableError(absl::StrCat("the answer of ", ToAbsl(url), " is larger than ",
                                                 limits_.max_body_bytes, " bytes"));
    }
    switch (code) {
      case CURLE_OPERATION_TIMEDOUT:
        if (ConnectTimedOut()) {
          return absl::UnavailableError(absl::StrCat(
              ToAbsl(url), " cannot be reached: no connection within ", ConnectTimeoutMs(), " ms"));
        }
        return absl::DeadlineExceededError(
            absl::StrCat("no whole answer of ", ToAbsl(url), " within ", budget_ms_, " ms"));
      case CURLE_PARTIAL_FILE:
      case CURLE_GOT_NOTHING:
      case CURLE_RECV_ERROR:
      case CURLE_HTTP2_STREAM:
        return absl::UnavailableError(
            absl::StrCat("the answer of ", ToAbsl(url), " was cut off: ", ToAbsl(Why(code))));
      default:
        return absl::UnavailableError(
            absl::StrCat(ToAbsl(url), " cannot be reached: ", ToAbsl(Why(code))));
    }
  }

  // Returns true if a connection was made to send the request on.
  bool Connected() const { return Info<curl_off_t>(CURLINFO_PRETRANSFER_TIME_T) != 0; }

  int64_t ConnectTimeoutMs() const { return limits_.connect_timeout_ns / kMillisecond; }

  // curl has one code for both time-outs.
  bool ConnectTimedOut() const { return !Connected() && ConnectTimeoutMs() < budget_ms_; }

  std::string_view Why(CURLcode code) const {
    return error_[0] != '\0' ? error_.data() : curl_easy_strerror(code);
  }

  const HttpRequest request_;
  Done done_;
  const Limits& limits_;  // of the client
  int64_t budget_ms_ = 0;
  std::unique_ptr<CURL, FreeEasy> easy_{curl_easy_init()};
  std::unique_ptr<curl_slist, FreeList> headers_;
  std::array<char, CURL_ERROR_SIZE> error_{};
  std::string body_;
  bool too_large_ = false;
  bool is_whole_ = true;
};

CurlClient::CurlClient(const Limits& limits, Observer observer)
    : limits_(limits), observer_(std::move(observer)), multi_((InitCurlOnce(), curl_multi_init())) {
  thread_ = std::thread([this] { Run(); });
}

CurlClient::~CurlClient() {
  {
    MutexLock lock(&mu_);
    stopping_ = true;
  }
  curl_multi_wakeup(multi_);
  thread_.join();
  curl_multi_cleanup(multi_);
}

void CurlClient::Post(HttpRequest request, int64_t budget_ns, Done done) {
  bool admitted = false;
  {
    MutexLock lock(&mu_);
    admitted = in_flight_ < limits_.max_in_flight;
    if (admitted) ++in_flight_;
  }
  if (!admitted) {
    absl::Status refused = absl::ResourceExhaustedError(
        absl::StrCat(limits_.max_in_flight, " calls are in progress already; try again later"));
    MarkRefusedHere(refused);
    done(std::move(refused));
    return;
  }
  auto transfer =
      std::make_unique<Transfer>(std::move(request), budget_ns, std::move(done), limits_);
  {
    MutexLock lock(&mu_);
    posted_.push_back(std::move(transfer));
  }
  curl_multi_wakeup(multi_);
}

bool CurlClient::TakePosted(std::vector<std::unique_ptr<Transfer>>& posted) {
  MutexLock lock(&mu_);
  posted = std::exchange(posted_, {});
  return !stopping_;
}

void CurlClient::Run() {
  std::vector<std::unique_ptr<Transfer>> posted;
  while (TakePosted(posted)) {
    for (auto& transfer : posted) Start(std::move(transfer));
    int still_running = 0;
    curl_multi_perform(multi_, &still_running);
    FinishCompleted();
    curl_multi_poll(multi_, nullptr, 0, kIdlePollMs, nullptr);
  }
  for (auto& transfer : running_) {
    curl_multi_remove_handle(multi_, transfer->easy());
    posted.push_back(std::move(transfer));
  }
  running_.clear();
  for (auto& transfer : posted) {
    Finish(std::move(transfer), absl::CancelledError("the places provider is stopping"));
  }
}

void CurlClient::Start(std::unique_ptr<Transfer> transfer) {
  if (!transfer->IsWhole() || curl_multi_add_handle(multi_, transfer->easy()) != CURLM_OK) {
    absl::Status failed =
        absl::UnavailableError("no call is possible: this machine may be out of memory");
    MarkRefusedHere(failed);
    Finish(std::move(transfer), std::move(failed));
    return;
  }
  running_.push_back(std::move(transfer));
}

void CurlClient::FinishCompleted() {
  int left = 0;
  while (const CURLMsg* message = curl_multi_info_read(multi_, &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    // Removing the handle frees the message.
    const CURLcode code = message->data.result;
    CURL* const easy = message->easy_handle;
    curl_multi_remove_handle(multi_, easy);
    const auto found = std::find_if(running_.begin(), running_.end(), [easy](const auto& transfer) {
      return transfer->easy() == easy;
    });
    std::unique_ptr<Transfer> transfer = std::move(*found);
    running_.erase(found);
    if (observer_) observer_(transfer->Facts());
    absl::StatusOr<HttpResponse> result = transfer->Result(code);
    Finish(std::move(transfer), std::move(result));
  }
}

void CurlClient::Finish(std::unique_ptr<Transfer> transfer, absl::StatusOr<HttpResponse> result) {
  {
    MutexLock lock(&mu_);
    --in_flight_;
  }
  transfer->done()(std::move(result));
}

}  // namespace proxyherd::places
