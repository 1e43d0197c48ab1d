#include "peer/membership/displacement.h"

namespace proxyherd::peer {

void Displacement::OnRefused(const std::string& neighbour, uint64_t epoch_ns, int64_t now_ns) {
  if (by_.has_value() || epoch_ns <= own_epoch_ns_) return;
  Refusal& refusal = refusals_[neighbour];
  if (refusal.epoch_ns != epoch_ns) {
    refusal = {epoch_ns, now_ns};
  } else if (now_ns > refusal.first_ns + kDisplacedAfterNs) {
    by_ = By{neighbour, epoch_ns};
  }
}

}  // namespace proxyherd::peer
