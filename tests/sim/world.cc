#include "tests/sim/world.h"

#include <algorithm>

namespace proxyherd::sim {

void Coverage::Add(const Coverage& other) {
  static constexpr uint64_t Coverage::*kCounts[] = {&Coverage::events,
                                                    &Coverage::reports,
                                                    &Coverage::messages,
                                                    &Coverage::dials,
                                                    &Coverage::duplicated_dials,
                                                    &Coverage::links_up,
                                                    &Coverage::cuts,
                                                    &Coverage::clogs,
                                                    &Coverage::broken_streams,
                                                    &Coverage::lost_messages,
                                                    &Coverage::late_messages,
                                                    &Coverage::blocked_writes,
                                                    &Coverage::crashes,
                                                    &Coverage::freezes,
                                                    &Coverage::clock_steps,
                                                    &Coverage::records_sent,
                                                    &Coverage::answers_checked};
  for (uint64_t Coverage::*count : kCounts) this->*count += other.*count;
  stalest_ns = std::max(stalest_ns, other.stalest_ns);
}

}  // namespace proxyherd::sim
