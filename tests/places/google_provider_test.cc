// The Google provider against a stand-in that serves, refuses, hangs, breaks off and lies.
#include "places/google_provider.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>
#include <future>
#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "places/errors.h"
#include "tests/places/fake_google.h"

namespace proxyherd {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::HasSubstr;
using testing::Not;

using Outcome = absl::StatusOr<SearchAnswer>;

constexpr char kKey[] = "AIzaSyTheKeyThatNobodyMaySee";
const SearchRequest kUcla{34.0689, -118.4451, 10'000, 3};
// Long enough for the slowest machine; nothing that is tested waits for it.
constexpr seconds kAmple{60};

class GoogleProviderTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    // A proxy of the environment must not stand between the test and its own server.
    setenv("no_proxy", "127.0.0.1", 1);
    google_ = std::make_unique<FakeGoogle>();
  }
  static void TearDownTestSuite() { google_ = nullptr; }

  GoogleProviderTest() { Start({}); }
  ~GoogleProviderTest() override { google_->Reset(); }

  void Start(const CurlClient::Limits& limits) { Start(google_->endpoint(), limits); }
  void Start(const std::string& endpoint, const CurlClient::Limits& limits) {
    provider_ = std::make_unique<GoogleProvider>(GoogleOptions{endpoint, "places.id", kKey},
                                                 Hooks(), limits);
  }

  GoogleHooks Hooks() {
    GoogleHooks hooks;
    hooks.load_key = [this] { return next_key_; };
    hooks.log = [this](const std::string& sentence) { log_.push_back(sentence); };
    hooks.transfer = [this](const TransferFacts& facts) { transfers_.push_back(facts); };
    hooks.error = [this](const absl::Status& error) { errors_.push_back(error); };
    return hooks;
  }

  ProviderStatus Describe() const { return provider_->Describe().at(0); }

  // The key header of the one call that a search makes.
  std::string KeySent() {
    google_->TakeCalls();
    static_cast<void>(Search());
    return google_->TakeCalls().at(0).headers.at("x-goog-api-key");
  }

  std::future<Outcome> Begin(std::chrono::nanoseconds budget = kAmple) {
    auto promise = std::make_shared<std::promise<Outcome>>();
    provider_->Search(kUcla, budget, [promise](Outcome o) { promise->set_value(std::move(o)); });
    return promise->get_future();
  }

  Outcome Search(std::chrono::nanoseconds budget = kAmple) { return Begin(budget).get(); }

  static std::unique_ptr<FakeGoogle> google_;
  // What the hooks were told. Written on the transfer thread before a search is done, so to be read
  // only while no search is under way.
  std::vector<std::string> log_;
  std::vector<TransferFacts> transfers_;
  std::vector<absl::Status> errors_;
  absl::StatusOr<std::string> next_key_ = absl::NotFoundError("no key");
  std::unique_ptr<GoogleProvider> provider_;
};

std::unique_ptr<FakeGoogle> GoogleProviderTest::google_;

// A port that is taken, so that nobody else gets it, but where nobody answers.
class DeafPort {
 public:
  // Connections are refused or, with `listening`, made by the kernel and then met with silence.
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

TEST_F(GoogleProviderTest, AsksAsGoogleDocumentsAndPassesItsBytesOn) {
  google_->Answer({.body = GooglePlaces(3)});
  const Outcome answer = Search();
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_EQ(answer->json, GooglePlaces(3));
  EXPECT_EQ(answer->provider, "google");

  const std::vector<SeenCall> calls = google_->TakeCalls();
  ASSERT_EQ(calls.size(), 1U);
  EXPECT_EQ(calls[0].method, "POST");
  EXPECT_EQ(calls[0].path, "/v1/places:searchNearby");
  EXPECT_EQ(calls[0].headers.at("content-type"), "application/json");
  EXPECT_EQ(calls[0].headers.at("x-goog-api-key"), kKey);
  EXPECT_EQ(calls[0].headers.at("x-goog-fieldmask"), "places.id");
  const auto body = nlohmann::json::parse(calls[0].body);
  EXPECT_EQ(body.at("maxResultCount"), 3);
  EXPECT_EQ(body.at("rankPreference"), "DISTANCE");
  const auto& circle = body.at("locationRestriction").at("circle");
  EXPECT_EQ(circle.at("radius"), 10'000);
  EXPECT_EQ(circle.at("center").at("latitude"), 34.0689);
  EXPECT_EQ(circle.at("center").at("longitude"), -118.4451);
}

TEST_F(GoogleProviderTest, MorePlacesThanWantedAreCutOff) {
  google_->Answer({.body = GooglePlaces(5)});
  const Outcome answer = Search();
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_EQ(answer->json + "\n", GooglePlaces(3));
}

TEST_F(GoogleProviderTest, AnErrorHasGooglesCodeAndAdvice) {
  google_->Answer({.status = 400,
                   .body = GoogleError(400, "INVALID_ARGUMENT",
                                       "API key not valid. Please pass one.", "API_KEY_INVALID")});
  const absl::Status error = Search().status();
  EXPECT_EQ(error.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(UpstreamHttpStatus(error), 400);
  EXPECT_THAT(std::string(error.message()), HasSubstr("--places_api_key_file"));
}

TEST_F(GoogleProviderTest, TheKeyNeverLeavesEvenWhenItIsEchoed) {
  google_->Answer({.status = 400,
                   .body = GoogleError(400, "INVALID_ARGUMENT", absl::StrCat("Bad key ", kKey),
                                       "API_KEY_INVALID")});
  EXPECT_THAT(std::string(Search().status().message()),
              AllOf(HasSubstr("Bad key [key]"), Not(HasSubstr(kKey))));

  google_->Answer({.body = absl::StrCat("{\"places\":[{\"id\":\"", kKey, "\"}]}")});
  const Outcome answer = Search();
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_EQ(answer->json, R"({"places":[{"id":"[key]"}]})");
}

TEST_F(GoogleProviderTest, ASlowGoogleEndsWithTheBudget) {
  google_->Answer({.hang = true});
  const absl::Status error = Search(milliseconds(50)).status();
  EXPECT_EQ(error.code(), absl::StatusCode::kDeadlineExceeded);
  EXPECT_THAT(std::string(error.message()), HasSubstr("50 ms"));
}

TEST_F(GoogleProviderTest, NoBudgetAsksNobody) {
  EXPECT_EQ(Search(seconds(0)).status().code(), absl::StatusCode::kDeadlineExceeded);
  EXPECT_EQ(Search(seconds(-1)).status().code(), absl::StatusCode::kDeadlineExceeded);
  EXPECT_TRUE(google_->TakeCalls().empty());
}

TEST_F(GoogleProviderTest, ABadRequestAsksNobody) {
  Outcome outcome;
  provider_->Search({91, 0, 1, 1}, kAmple, [&](Outcome o) { outcome = std::move(o); });
  EXPECT_EQ(outcome.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_TRUE(google_->TakeCalls().empty());
}

TEST_F(GoogleProviderTest, AnAnswerCutOffInTheMiddleIsUnavailable) {
  google_->Answer({.body = GooglePlaces(3), .bytes_left_out = 100});
  const absl::Status error = Search().status();
  EXPECT_EQ(error.code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(UpstreamHttpStatus(error), std::nullopt);
  EXPECT_THAT(std::string(error.message()), HasSubstr("cut off"));
}

TEST_F(GoogleProviderTest, AnAnswerThatIsNotJsonIsUnavailable) {
  google_->Answer({.body = "<html>Please log in</html>"});
  const absl::Status error = Search().status();
  EXPECT_EQ(error.code(), absl::StatusCode::kUnavailable);
  EXPECT_THAT(std::string(error.message()), HasSubstr("not a JSON object"));
}

TEST_F(GoogleProviderTest, ATooLargeAnswerIsUnavailable) {
  Start({.max_body_bytes = 1000});
  google_->Answer({.body = std::string(1001, ' ')});
  const absl::Status error = Search().status();
  EXPECT_EQ(error.code(), absl::StatusCode::kUnavailable);
  EXPECT_THAT(std::string(error.message()), HasSubstr("larger than 1000 bytes"));

  google_->Answer({.body = absl::StrCat("{}", std::string(998, ' '))});
  EXPECT_TRUE(Search().ok());
}

TEST_F(GoogleProviderTest, AnErrorKeepsItsStatusEvenWhenItsBodyIsCutOffOrTooLarge) {
  Start({.max_body_bytes = 1000});
  const std::string body = GoogleError(429, "RESOURCE_EXHAUSTED", std::string(2000, 'x'), "R");
  for (const FakeGoogle::Reply& reply :
       {FakeGoogle::Reply{.status = 429, .body = body},
        FakeGoogle::Reply{.status = 429, .body = "{\"error\": {", .bytes_left_out = 50}}) {
    google_->Answer(reply);
    const absl::Status error = Search().status();
    EXPECT_EQ(error.code(), absl::StatusCode::kResourceExhausted);
    EXPECT_EQ(UpstreamHttpStatus(error), 429);
  }
}

TEST_F(GoogleProviderTest, RetryAfterComesInSecondsOrAsADate) {
  const auto delay = [this](const std::string& header) {
    google_->Answer({.status = 503, .extra_headers = header});
    const RetryAdvice advice = RetryAdviceOf(Search().status());
    EXPECT_EQ(advice.when, RetryAdvice::When::kSoon);
    return advice.delay;
  };
  EXPECT_EQ(delay("Retry-After: 7\r\n"), seconds(7));
  EXPECT_EQ(delay("retry-after: 7\r\n"), seconds(7));
  EXPECT_EQ(delay(""), seconds(0));
  EXPECT_EQ(delay("Retry-After: soon\r\n"), seconds(0));
  EXPECT_EQ(delay("Retry-After: -5\r\n"), seconds(0));
  // Dates are far enough away that the time of the test does not matter.
  EXPECT_EQ(delay("Retry-After: Wed, 21 Oct 2015 07:28:00 GMT\r\n"), seconds(0));
  EXPECT_EQ(delay("Retry-After: Sat, 21 Oct 2113 07:28:00 GMT\r\n"), kMaxRetryAfter);
  EXPECT_EQ(delay("Retry-After: 99999999999999999999\r\n"), seconds(0)) << "no number";
}

TEST_F(GoogleProviderTest, ARedirectIsNotFollowed) {
  google_->Answer(
      {.status = 307, .extra_headers = absl::StrCat("Location: ", google_->endpoint(), "/x\r\n")});
  EXPECT_EQ(Search().status().code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(google_->TakeCalls().size(), 1U);
}

TEST_F(GoogleProviderTest, NobodyThereIsUnavailable) {
  const DeafPort deaf(/*listening=*/false);
  Start(deaf.endpoint("http"), {});
  const absl::Status error = Search().status();
  EXPECT_EQ(error.code(), absl::StatusCode::kUnavailable);
  EXPECT_THAT(std::string(error.message()), HasSubstr(absl::StrCat(deaf.endpoint("http"), "/v1")));
}

TEST_F(GoogleProviderTest, SilenceWhileConnectingDoesNotTakeTheWholeBudget) {
  const DeafPort deaf(/*listening=*/true);
  Start(deaf.endpoint("https"), {.connect_timeout = milliseconds(50)});
  const absl::Status error = Search().status();
  EXPECT_EQ(error.code(), absl::StatusCode::kUnavailable);
  EXPECT_THAT(std::string(error.message()), HasSubstr("no connection within 50 ms"));
}

TEST_F(GoogleProviderTest, MoreCallsThanAllowedAreRefusedAtOnce) {
  Start({.max_in_flight = 2});
  google_->Answer({.hang = true});
  std::future<Outcome> first = Begin();
  std::future<Outcome> second = Begin();
  const absl::Status error = Search().status();
  EXPECT_EQ(error.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(RetryAdviceOf(error).when, RetryAdvice::When::kSoon);
  EXPECT_EQ(Describe().state, ProviderStatus::State::kServing) << "Google was not even asked";
}

TEST_F(GoogleProviderTest, ACallThatEndedMakesRoomForTheNext) {
  Start({.max_in_flight = 1});
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(Search().ok());
}

TEST_F(GoogleProviderTest, AHangingCallDoesNotHoldUpAnother) {
  google_->Answer({.hang = true});
  std::future<Outcome> hanging = Begin();
  google_->AwaitCalls(1);
  google_->Answer({.body = GooglePlaces(1)});
  EXPECT_TRUE(Search().ok());
  EXPECT_EQ(hanging.wait_for(seconds(0)), std::future_status::timeout);
}

TEST_F(GoogleProviderTest, StoppingEndsWhatIsUnderWay) {
  google_->Answer({.hang = true});
  std::future<Outcome> hanging = Begin();
  google_->AwaitCalls(1);
  std::future<Outcome> just_posted = Begin();
  provider_ = nullptr;
  EXPECT_EQ(hanging.get().status().code(), absl::StatusCode::kCancelled);
  EXPECT_EQ(just_posted.get().status().code(), absl::StatusCode::kCancelled);
}

TEST_F(GoogleProviderTest, AConnectionIsKeptAndUsedAgain) {
  using Connection = TransferFacts::Connection;
  FakeGoogle keeping(/*keep_alive=*/true);
  Start(keeping.endpoint(), {});
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(Search().ok());
  ASSERT_EQ(transfers_.size(), 3U);
  EXPECT_EQ(transfers_[0].connection, Connection::kNew);
  EXPECT_EQ(transfers_[1].connection, Connection::kReused);
  EXPECT_EQ(transfers_[2].connection, Connection::kReused);
  EXPECT_EQ(transfers_[2].version, TransferFacts::Version::kHttp11);

  const DeafPort deaf(/*listening=*/false);
  Start(deaf.endpoint("http"), {});
  EXPECT_FALSE(Search().ok());
  EXPECT_EQ(transfers_.back().connection, Connection::kNone);
  EXPECT_EQ(transfers_.back().version, TransferFacts::Version::kNone);
}

TEST_F(GoogleProviderTest, AReloadedKeyIsUsedFromThenOn) {
  EXPECT_EQ(KeySent(), kKey);
  next_key_ = "AIzaSyAnotherKeyOfTheSame";
  provider_->Reload();
  EXPECT_EQ(KeySent(), *next_key_);
  provider_->Reload();
  EXPECT_THAT(log_, testing::ElementsAre(HasSubstr("a new one"), HasSubstr("is the same")));
}

TEST_F(GoogleProviderTest, AKeyThatCannotBeReadLeavesTheOldOne) {
  next_key_ = absl::NotFoundError("the API key file k cannot be read");
  provider_->Reload();
  EXPECT_EQ(KeySent(), kKey);
  EXPECT_THAT(log_, testing::ElementsAre(
                        "Google's API key stays as it was: the API key file k cannot be read"));
}

TEST_F(GoogleProviderTest, AKeyIsScrubbedFromAnswersToItEvenAfterAReload) {
  google_->Answer({.hang = true});
  std::future<Outcome> begun = Begin();
  google_->AwaitCalls(1);
  next_key_ = "AIzaSyAnotherKeyOfTheSame";
  provider_->Reload();
  google_->LetGo({.status = 403, .body = GoogleError(403, "PERMISSION_DENIED", kKey, "")});
  const absl::Status error = begun.get().status();
  EXPECT_THAT(std::string(error.message()), AllOf(HasSubstr("[key]"), Not(HasSubstr(kKey))));
  EXPECT_EQ(Describe().state, ProviderStatus::State::kServing) << "the new key was not refused";
}

TEST_F(GoogleProviderTest, TellsItsStateByItsLastOutcomes) {
  using State = ProviderStatus::State;
  EXPECT_EQ(Describe().state, State::kServing);
  EXPECT_EQ(Describe().name, "google");
  ASSERT_EQ(Describe().attributions.size(), 1U);
  EXPECT_EQ(Describe().attributions[0].name, "Google Maps");

  const auto after = [this](int status, const std::string& code, const std::string& reason,
                            const std::string& quota) {
    google_->Answer({.status = status, .body = GoogleError(status, code, "m", reason, quota)});
    static_cast<void>(Search());
    return Describe();
  };
  EXPECT_EQ(after(400, "INVALID_ARGUMENT", "", "").state, State::kServing) << "one search's fault";
  EXPECT_EQ(after(503, "UNAVAILABLE", "", "").state, State::kDegraded);
  EXPECT_EQ(after(429, "RESOURCE_EXHAUSTED", "RATE_LIMIT_EXCEEDED", "XPerMinute").state,
            State::kDegraded);
  EXPECT_EQ(after(429, "RESOURCE_EXHAUSTED", "RATE_LIMIT_EXCEEDED", "XPerDay").state,
            State::kUnavailable);
  const ProviderStatus refused = after(400, "INVALID_ARGUMENT", "API_KEY_INVALID", "");
  EXPECT_EQ(refused.state, State::kUnavailable);
  EXPECT_THAT(refused.reason, HasSubstr("check the key in the file"));
  EXPECT_EQ(after(404, "NOT_FOUND", "", "").state, State::kUnavailable);
  EXPECT_EQ(errors_.size(), 6U);

  google_->Answer({});
  EXPECT_TRUE(Search().ok());
  EXPECT_EQ(Describe().state, State::kServing);
  EXPECT_EQ(Describe().reason, "");
}

}  // namespace
}  // namespace proxyherd
