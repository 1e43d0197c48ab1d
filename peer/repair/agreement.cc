#include "peer/repair/agreement.h"

#include <algorithm>

namespace proxyherd::peer {

void Agreement::Set(bool verified, uint64_t differing, uint64_t divergent, int64_t now_ns) {
  const bool agreed = agrees();
  verified_ = verified;
  differing_ = differing;
  divergent_ = divergent;
  if (agrees() != agreed) since_ns_ = now_ns;
}

void Agreement::OnUnknown(int64_t now_ns) {
  unequal_since_ns_ = -1;
  interval_ns_ = kFirstWalkIntervalNs;
  Set(false, 0, 0, now_ns);
}

void Agreement::OnBeat(bool same, int64_t now_ns) {
  if (same) {
    unequal_since_ns_ = -1;
    interval_ns_ = kFirstWalkIntervalNs;
    Set(true, 0, 0, now_ns);
  } else if (unequal_since_ns_ < 0) {
    unequal_since_ns_ = now_ns;
  }
}

void Agreement::OnLook(bool verified, uint64_t differing, uint64_t divergent, int64_t now_ns) {
  looked_at_ns_ = now_ns;
  if (divergent > 0) {
    interval_ns_ = kFirstWalkIntervalNs;
  } else if (verified) {
    interval_ns_ = std::min(kMaxWalkIntervalNs, interval_ns_ * 2);
  }
  Set(verified || verified_, differing, divergent, now_ns);
}

bool Agreement::LookDue(int64_t now_ns) const {
  return unequal_since_ns_ >= 0 && now_ns - unequal_since_ns_ >= kDisagreementTimeNs &&
         now_ns - looked_at_ns_ >= interval_ns_;
}

}  // namespace proxyherd::peer
