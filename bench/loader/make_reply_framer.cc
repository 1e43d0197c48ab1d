#include "bench/loader/make_reply_framer.h"

#include "bench/loader/line_framer.h"
#include "bench/loader/resp_framer.h"

namespace proxyherd::bench {

std::unique_ptr<ReplyFramer> MakeReplyFramer(Work work) {
  using Whatsats = LineFramer::Whatsats;
  switch (work) {
    case Work::kIamat:
      return std::make_unique<LineFramer>("AT ", Whatsats::kNone);
    case Work::kWhatsat:
      return std::make_unique<LineFramer>("AT ", Whatsats::kAll);
    case Work::kMixed:
      return std::make_unique<LineFramer>("AT ", Whatsats::kMixed);
    case Work::kEcho:
      return std::make_unique<LineFramer>("IAMAT ", Whatsats::kNone);
    case Work::kSet:
      return std::make_unique<RespFramer>('+');
    case Work::kGeoAdd:
    case Work::kHset:
      return std::make_unique<RespFramer>(':');
    case Work::kGeoSearch:
      return std::make_unique<RespFramer>('*');
  }
  return nullptr;
}

}  // namespace proxyherd::bench
