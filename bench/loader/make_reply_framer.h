// Which framer is for which work. Pure.
#pragma once

#include <memory>

#include "bench/loader/options.h"
#include "bench/loader/reply_framer.h"

namespace proxyherd::bench {

// The framer for the replies to the requests of `work`, sent in order.
std::unique_ptr<ReplyFramer> MakeReplyFramer(Work work);

}  // namespace proxyherd::bench
