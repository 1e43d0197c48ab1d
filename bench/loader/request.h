// Requests as templates: the bytes of one, in which the id, the place and the time are overwritten
// for each report. So a request costs a copy and about fifty digits. Pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "bench/loader/options.h"
#include "bench/loader/report_source.h"

namespace proxyherd::bench {

// The bytes of one kind of request. Immutable but for the cache of Write; not thread-safe.
class RequestTemplate {
 public:
  // `text` with runs of the bytes below where the fields go, each at most once.
  explicit RequestTemplate(std::string text);

  // Placeholders of the fields; each run is as long as the field. The id is filled up with the
  // zeros before its last eight digits.
  static constexpr char kId = '\1';
  static constexpr char kLatitude = '\2';   // 13 bytes: +dd.ddddddddd
  static constexpr char kLongitude = '\3';  // 14 bytes: -ddd.ddddddddd
  static constexpr char kTime = '\4';       // 20 bytes: ten digits, a point, nine digits

  size_t size() const { return text_.size(); }

  // Writes size() bytes to `out` and returns the end of them.
  char* Write(const ClientReport& report, char* out) const;

 private:
  std::string text_;
  // Where the fields begin; npos: there is none.
  size_t id_digits_;
  size_t latitude_;
  size_t longitude_;
  size_t time_;
};

// The requests of `options.work`; of kMixed the IAMAT.
RequestTemplate MakeRequest(const BenchOptions& options);

// The WHATSAT of kWhatsat and kMixed.
RequestTemplate MakeWhatsat(const BenchOptions& options);

// The work that makes a server know the clients that `work` asks about: kIamat or kGeoAdd; `work`
// itself if it asks about none.
Work PreparingWork(Work work);

}  // namespace proxyherd::bench
