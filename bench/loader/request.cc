#include "bench/loader/request.h"

#include <algorithm>
#include <cstring>
#include <initializer_list>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/env.h"
#include "bench/loader/digits.h"

namespace proxyherd::bench {
namespace {

constexpr size_t kIdDigits = 8;

std::string Id(const BenchOptions& options) {
  return std::string(static_cast<size_t>(options.id_bytes), RequestTemplate::kId);
}
const std::string& Latitude() {
  static const std::string field(13, RequestTemplate::kLatitude);
  return field;
}
const std::string& Longitude() {
  static const std::string field(14, RequestTemplate::kLongitude);
  return field;
}
const std::string& Time() {
  static const std::string field(20, RequestTemplate::kTime);
  return field;
}

// Returns a command in the form that Redis reads: an array of bulk strings.
std::string Resp(std::initializer_list<std::string> words) {
  std::string text = absl::StrCat("*", words.size(), "\r\n");
  for (const std::string& word : words) {
    absl::StrAppend(&text, "$", word.size(), "\r\n", word, "\r\n");
  }
  return text;
}

std::string TextOf(const BenchOptions& options) {
  switch (options.work) {
    case Work::kIamat:
    case Work::kMixed:
    case Work::kEcho:
      return absl::StrCat("IAMAT ", Id(options), " ", Latitude(), Longitude(), " ", Time(), "\n");
    case Work::kWhatsat:
      return absl::StrCat("WHATSAT ", Id(options), " ", options.radius_km, " ", options.bound,
                          "\n");
    case Work::kSet:
      // With an id of 16 bytes, key and value together have 70 bytes, as many as an IAMAT with the
      // same id has without its spaces and its end.
      return Resp(
          {"SET", Id(options), absl::StrCat("IAMAT ", Latitude(), Longitude(), " ", Time())});
    case Work::kGeoAdd:
      return Resp({"GEOADD", "geo", Longitude(), Latitude(), Id(options)});
    case Work::kHset:
      return Resp({"HSET", "times", Id(options), Time()});
    case Work::kGeoSearch:
      return Resp({"GEOSEARCH", "geo", "FROMLONLAT", Longitude(), Latitude(), "BYRADIUS",
                   absl::StrCat(options.radius_km), "km", "COUNT",
                   absl::StrCat(std::max(1, options.bound))});
  }
  return "";
}

// Writes a sign, `degree_digits` digits, a point, and nine digits.
void WriteDegrees(int64_t nanodegrees, int degree_digits, char* out) {
  *out++ = nanodegrees < 0 ? '-' : '+';
  const auto value = static_cast<uint64_t>(nanodegrees < 0 ? -nanodegrees : nanodegrees);
  const auto degrees = static_cast<uint32_t>(value / 1'000'000'000);
  if (degree_digits == 3) *out++ = static_cast<char>('0' + degrees / 100);
  WriteTwoDigits(degrees, out);
  out[2] = '.';
  WriteNineDigits(static_cast<uint32_t>(value % 1'000'000'000), out + 3);
}

void WriteTime(int64_t time_ns, char* out) {
  const auto seconds = static_cast<uint64_t>(time_ns / kSecond);
  WriteTwoDigits(static_cast<uint32_t>(seconds / 100'000'000), out);
  WriteEightDigits(static_cast<uint32_t>(seconds % 100'000'000), out + 2);
  out[10] = '.';
  WriteNineDigits(static_cast<uint32_t>(time_ns % kSecond), out + 11);
}

}  // namespace

RequestTemplate::RequestTemplate(std::string text)
    : text_(std::move(text)),
      id_digits_(text_.rfind(kId)),
      latitude_(text_.find(kLatitude)),
      longitude_(text_.find(kLongitude)),
      time_(text_.find(kTime)) {
  if (id_digits_ != std::string::npos) {
    id_digits_ -= kIdDigits - 1;
    // The letter keeps servers from taking the id for a number.
    text_[text_.find(kId)] = 'c';
    std::replace(text_.begin(), text_.end(), kId, '0');
  }
}

char* RequestTemplate::Write(const ClientReport& report, char* out) const {
  std::memcpy(out, text_.data(), text_.size());
  if (id_digits_ != std::string::npos) WriteEightDigits(report.client, out + id_digits_);
  if (latitude_ != std::string::npos) WriteDegrees(report.latitude, 2, out + latitude_);
  if (longitude_ != std::string::npos) WriteDegrees(report.longitude, 3, out + longitude_);
  if (time_ != std::string::npos) WriteTime(report.time_ns, out + time_);
  return out + text_.size();
}

RequestTemplate MakeRequest(const BenchOptions& options) {
  return RequestTemplate(TextOf(options));
}

RequestTemplate MakeWhatsat(const BenchOptions& options) {
  BenchOptions whatsat = options;
  whatsat.work = Work::kWhatsat;
  return MakeRequest(whatsat);
}

Work PreparingWork(Work work) {
  if (work == Work::kWhatsat || work == Work::kMixed) return Work::kIamat;
  return work == Work::kGeoSearch ? Work::kGeoAdd : work;
}

}  // namespace proxyherd::bench
