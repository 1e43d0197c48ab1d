// Selects the framer for a kind of work.
#pragma once

#include <memory>

#include "bench/loader/options.h"
#include "bench/loader/reply_framer.h"

namespace proxyherd::bench {

// Returns the framer for replies to the requests of `work`, which must be sent in order.
std::unique_ptr<ReplyFramer> MakeReplyFramer(Work work);

}  // namespace proxyherd::bench
