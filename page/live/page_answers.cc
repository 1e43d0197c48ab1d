#include "page/live/page_answers.h"

#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_cat.h"
#include "base/escaped_text.h"
#include "page/assets.h"
#include "page/requests.h"

namespace proxyherd::page {
namespace {

// Maximum calls in progress, because each occupies one of the threads that may wait.
constexpr int kMaxCallsUnderWay = 2;
constexpr int kSpotPlaces = 10;
constexpr char kJson[] = "application/json; charset=utf-8";

// Allows only resources of this port, nothing inline, and no embedding in another page.
std::string Policy(const std::string& host) {
  return absl::StrCat(
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self' "
      "ws://",
      host, " wss://", host, "; base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
}

server::HttpAnswer AnswerAsset(const Asset& asset, const server::HttpCall& call) {
  server::HttpAnswer answer{200, std::string(asset.bytes), std::string(asset.type)};
  answer.version = std::string(asset.version);
  if (asset.name == "index.html") answer.policy = Policy(call.host);
  if (call.known_version == answer.version) {
    answer.status = 304;
    answer.body.clear();
  }
  return answer;
}

}  // namespace

std::string_view NameOf(PageLimit limit) {
  constexpr std::string_view kNames[kPageLimits] = {"lookups", "console_calls"};
  return kNames[static_cast<size_t>(limit)];
}

void PageAnswers::SetMap(std::shared_ptr<const MapSnapshot> map) {
  MutexLock lock(&mu_);
  map_.swap(map);
}

void PageAnswers::Hit(PageLimit limit) {
  MutexLock lock(&mu_);
  hits_[static_cast<size_t>(limit)].Add();
}

bool PageAnswers::May(PageLimit limit, Allowance& allowance) {
  {
    MutexLock lock(&mu_);
    if (allowance.Take(env_.MonotonicNs())) return true;
  }
  Hit(limit);
  return false;
}

server::HttpAnswer PageAnswers::AnswerMap(const server::HttpCall& call) {
  const std::optional<MapQuestion> question = ReadMapQuestion(call.query);
  if (!question.has_value()) return {400, "expected box=WEST,SOUTH,EAST,NORTH&level=0..9\n"};
  std::shared_ptr<const MapSnapshot> map;
  {
    MutexLock lock(&mu_);
    map = map_;
  }
  if (map == nullptr) return {503, "clients are still being counted\n"};
  return {200, MapAnswer(*map, question->box, question->level), kJson};
}

server::HttpAnswer PageAnswers::AnswerClient(const server::HttpCall& call) const {
  const auto id = QueryValue(call.query, "id");
  const auto client = id.has_value() ? UnescapeBytes(*id) : std::nullopt;
  if (!client.has_value()) return {400, "expected id=CLIENT\n"};
  std::string answer = ClientAnswer(table_, *client);
  if (answer.empty()) return {404, "no such client\n"};
  return {200, std::move(answer), kJson};
}

void PageAnswers::AnswerSpot(const server::HttpCall& call, server::HttpDone done) {
  const std::optional<SpotQuestion> question = ReadSpotQuestion(call.query);
  if (!question.has_value()) return done({400, "expected at=LATITUDE,LONGITUDE&radius=1..50000\n"});
  if (!May(PageLimit::kLookups, lookups_)) {
    return done({429, "too many searches for places; try again later\n"});
  }
  options_.places(
      {question->at.latitude, question->at.longitude, question->radius_m, kSpotPlaces},
      [done = std::move(done)](const gateway::PlacesAnswer& answer) {
        if (const auto* json = std::get_if<std::string>(&answer)) return done({200, *json, kJson});
        const auto& failure = std::get<gateway::PlacesFailure>(answer);
        done({failure.http_code, absl::StrCat(failure.status, ": ", failure.message, "\n")});
      });
}

server::HttpAnswer PageAnswers::AnswerConsole(const server::HttpCall& call) {
  if (call.content_type != "text/plain;charset=UTF-8") {
    return {415, "expected a line as text/plain;charset=UTF-8\n"};
  }
  if (!IsConsoleLine(call.body)) return {400, "expected one line of IAMAT or WHATSAT\n"};
  server::HttpAnswer refused{429, "too many console lines; try again later\n"};
  const bool room = calls_under_way_.fetch_add(1) < kMaxCallsUnderWay;
  const absl::Cleanup ended = [this] { calls_under_way_.fetch_sub(1); };
  if (!room) {
    Hit(PageLimit::kConsoleCalls);
    return refused;
  }
  if (!May(PageLimit::kConsoleCalls, calls_)) return refused;
  return AskTextPort(options_.text, call.body, env_);
}

void PageAnswers::AddAssets(server::HttpRoutes& routes) {
  for (const Asset& asset : Assets()) {
    const std::string path =
        asset.name == "index.html" ? "/" : absl::StrCat("/page/", std::string(asset.name));
    routes.Add({"GET", path, false, true,
                [&asset](const server::HttpCall& call, const server::HttpDone& done) {
                  done(AnswerAsset(asset, call));
                }});
  }
}

server::HttpRoutes PageAnswers::Routes() {
  server::HttpRoutes routes;
  AddAssets(routes);
  routes.Add({"GET", "/page/map", true, true,
              [this](const server::HttpCall& call, const server::HttpDone& done) {
                done(AnswerMap(call));
              }});
  routes.Add({"GET", "/page/spot", false, true,
              [this](const server::HttpCall& call, server::HttpDone done) {
                AnswerSpot(call, std::move(done));
              }});
  if (options_.facts.details) {
    routes.Add({"GET", "/page/client", false, true,
                [this](const server::HttpCall& call, const server::HttpDone& done) {
                  done(AnswerClient(call));
                }});
  }
  if (options_.facts.console) {
    routes.Add({"POST", "/page/console", true, true,
                [this](const server::HttpCall& call, const server::HttpDone& done) {
                  done(AnswerConsole(call));
                }});
  }
  return routes;
}

}  // namespace proxyherd::page
