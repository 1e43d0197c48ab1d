// Requests as templates: the bytes of one request, in which the id, the location and the time are
// overwritten for each report. So a request costs a copy and about fifty digits. No I/O.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "bench/loader/options.h"
#include "bench/loader/report_source.h"

namespace proxyherd::bench {

// The bytes of one kind of request. Immutable except for the cache of Write; not thread-safe.
class RequestTemplate {
 public:
  // `text` must contain runs of the placeholders below, each at most once, where the fields go.
  explicit RequestTemplate(std::string text);

  // Placeholders of the fields; each run is as long as its field. The id is padded with zeros
  // before its last eight digits.
  static constexpr char kId = '\1';
  static constexpr char kLatitude = '\2';   // 13 bytes: +dd.ddddddddd
  static constexpr char kLongitude = '\3';  // 14 bytes: -ddd.ddddddddd
  static constexpr char kTime = '\4';       // 20 bytes: ten digits, a point, nine digits

  size_t size() const { return text_.size(); }

  // Writes size() bytes to `out` and returns the end of them.
  char* Write(const ClientReport& report, char* out) const;

 private:
  std::string text_;
  // Where the fields begin; npos if missing.
  size_t id_digits_;
  size_t latitude_;
  size_t longitude_;
  size_t time_;
};

// Returns the request of `options.work`; for kMixed, the IAMAT.
RequestTemplate MakeRequest(const BenchOptions& options);

// Returns the WHATSAT of kWhatsat and kMixed.
RequestTemplate MakeWhatsat(const BenchOptions& options);

// Returns the work that makes the clients known about which `work` asks: kIamat or kGeoAdd; or
// `work` itself if it asks about no client.
Work PreparingWork(Work work);

}  // namespace proxyherd::bench
