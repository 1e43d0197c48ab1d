// A Google provider in front of a stand-in, for the tests of its answers and of its state.
#pragma once

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <future>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/env.h"
#include "places/google/client/google_provider.h"
#include "tests/support/fake_google.h"

namespace proxyherd {

using Outcome = absl::StatusOr<places::SearchAnswer>;

inline constexpr char kKey[] = "AIzaSyTheKeyThatNobodyMaySee";
inline const places::SearchRequest kUcla{34.0689, -118.4451, 10'000, 3};
// Long enough for the slowest machine; no tested effect depends on it.
inline constexpr int64_t kAmpleNs = 60 * kSecond;

class GoogleProviderTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    // A proxy set in the environment must not stand between the test and its own server.
    setenv("no_proxy", "127.0.0.1", 1);
    google_ = std::make_unique<FakeGoogle>();
  }
  static void TearDownTestSuite() { google_ = nullptr; }

  GoogleProviderTest() { Start({}); }
  ~GoogleProviderTest() override { google_->Reset(); }

  void Start(const places::CurlClient::Limits& limits) { Start(google_->endpoint(), limits); }
  void Start(const std::string& endpoint, const places::CurlClient::Limits& limits) {
    provider_ = std::make_unique<places::GoogleProvider>(
        places::GoogleOptions{endpoint, "places.id", kKey}, Hooks(), limits);
  }

  places::GoogleHooks Hooks() {
    places::GoogleHooks hooks;
    hooks.load_key = [this] { return next_key_; };
    hooks.log = [this](const std::string& sentence) { log_.push_back(sentence); };
    hooks.transfer = [this](const places::TransferFacts& facts) { transfers_.push_back(facts); };
    hooks.error = [this](const absl::Status& error) { errors_.push_back(error); };
    return hooks;
  }

  places::ProviderStatus Describe() const { return provider_->Describe().at(0); }

  // Makes one search and returns the key header of its call.
  std::string KeySent() {
    google_->TakeCalls();
    static_cast<void>(Search());
    return google_->TakeCalls().at(0).headers.at("x-goog-api-key");
  }

  std::future<Outcome> Begin(int64_t budget_ns = kAmpleNs) {
    auto promise = std::make_shared<std::promise<Outcome>>();
    provider_->Search(kUcla, budget_ns, [promise](Outcome o) { promise->set_value(std::move(o)); });
    return promise->get_future();
  }

  Outcome Search(int64_t budget_ns = kAmpleNs) { return Begin(budget_ns).get(); }

  static inline std::unique_ptr<FakeGoogle> google_;
  // Arguments of the hooks. Written on the transfer thread before a search is done, so they may be
  // read only while no search is in progress.
  std::vector<std::string> log_;
  std::vector<places::TransferFacts> transfers_;
  std::vector<absl::Status> errors_;
  absl::StatusOr<std::string> next_key_ = absl::NotFoundError("no key");
  std::unique_ptr<places::GoogleProvider> provider_;
};

// A port that is bound, so that no other process gets it, but without a server.
class DeafPort {
 public:
  // Connections are refused or, with `listening`, accepted by the kernel and then never answered.
  explicit DeafPort(bool listening) : socket_(socket(AF_INET, SOCK_STREAM, 0)) {
    address_.sin_family = AF_INET;
    address_.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(address_);
    auto* address = reinterpret_cast<sockaddr*>(&address_);
    EXPECT_EQ(bind(socket_, address, size), 0);
    EXPECT_EQ(getsockname(socket_, address, &size), 0);
    if (listening) {
      EXPECT_EQ(listen(socket_, 8), 0);
    }
  }
  ~DeafPort() { close(socket_); }
  std::string endpoint(const std::string& scheme) const {
    return absl::StrCat(scheme, "://127.0.0.1:", ntohs(address_.sin_port));
  }

 private:
  const int socket_;
  sockaddr_in address_{};
};

}  // namespace proxyherd
