#include "peer/membership/own_member.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "peer/protocol/link_timing.h"

namespace proxyherd::peer {
namespace {

// Time constant of the average of reports per second.
constexpr double kRateSeconds = 5;

// Returns true if a number has changed by more than kFew, and by more than an eighth.
bool Moved(uint64_t from, uint64_t to) {
  constexpr uint64_t kFew = 16;
  constexpr uint64_t kPart = 8;
  const uint64_t difference = from < to ? to - from : from - to;
  return difference > std::max(kFew, from / kPart);
}

}  // namespace

OwnMember::OwnMember(std::string node, uint64_t epoch_ns, NodeAddress address) {
  next_.node = std::move(node);
  next_.version.epoch_ns = epoch_ns;
  next_.address = std::move(address);
}

void OwnMember::Measure(const LoadSample& sample, int64_t now_ns) {
  next_.load.connections = sample.connections;
  next_.load.max_connections = sample.max_connections;
  next_.load.max_clients = sample.max_clients;
  next_.max_table_bytes = sample.max_table_bytes;
  if (!measured_reports_.has_value()) {
    measured_reports_ = sample.reports;
    measured_at_ns_ = now_ns;
    return;
  }
  // A rate over a shorter time would be noise. A look that was late is less than an interval before
  // the next one.
  const int64_t passed_ns = now_ns - measured_at_ns_;
  if (passed_ns < kOwnMemberIntervalNs / 2) return;
  const double seconds = static_cast<double>(passed_ns) / kSecond;
  const double rate =
      static_cast<double>(sample.reports - std::min(sample.reports, *measured_reports_)) / seconds;
  reports_per_second_ += (rate - reports_per_second_) * std::min(1.0, seconds / kRateSeconds);
  next_.load.reports_per_second = static_cast<uint64_t>(std::llround(reports_per_second_));
  measured_reports_ = sample.reports;
  measured_at_ns_ = now_ns;
}

bool OwnMember::LoadChanged(int64_t now_ns) const {
  if (next_.load == published_.load) return false;
  return Moved(published_.load.connections, next_.load.connections) ||
         Moved(published_.load.reports_per_second, next_.load.reports_per_second) ||
         now_ns >= published_at_ns_ + kLoadSettlesNs;
}

std::optional<MemberEntry> OwnMember::Look(NodeState state, const LoadSample& sample,
                                           std::vector<LinkClaim> links, bool repeat,
                                           int64_t now_ns, int64_t wall_ns) {
  // A node without links has nobody to tell.
  next_look_ns_ = NextMultiple(links.empty() ? kLoadSettlesNs : kOwnMemberIntervalNs, now_ns);
  Measure(sample, now_ns);
  next_.state = state;
  next_.links = std::move(links);
  std::erase_if(next_.people, [&](const Announcement& one) { return !IsCurrent(one, wall_ns); });
  if (next_.state == published_.state) {
    if (now_ns < published_at_ns_ + kOwnMemberIntervalNs) {
      next_look_ns_ = published_at_ns_ + kOwnMemberIntervalNs;
      return std::nullopt;
    }
    if (!repeat && next_.links == published_.links && next_.people == published_.people &&
        next_.topology_hash == published_.topology_hash &&
        next_.max_table_bytes == published_.max_table_bytes && !LoadChanged(now_ns)) {
      return std::nullopt;
    }
  }
  published_ = next_;
  published_at_ns_ = now_ns;
  return published_;
}

void OwnMember::LookSoon(int64_t now_ns) {
  const bool published = published_.state != NodeState::kUnspecified;
  const int64_t soon_ns =
      published ? std::max(now_ns, published_at_ns_ + kOwnMemberIntervalNs) : now_ns;
  next_look_ns_ = std::min(next_look_ns_, soon_ns);
}

absl::StatusOr<Announcement> OwnMember::Post(std::string text, int64_t lifetime_ns,
                                             int64_t wall_ns) {
  if (!IsAnnouncementText(text)) {
    return absl::InvalidArgumentError(
        absl::StrCat("text: 1 to ", kMaxAnnouncementBytes,
                     " bytes of UTF-8 without line ends or other control characters"));
  }
  if (lifetime_ns < kSecond || lifetime_ns > kMaxAnnouncementLifetimeNs) {
    return absl::InvalidArgumentError(
        absl::StrCat("lifetime: 1 to ", kMaxAnnouncementLifetimeNs / kSecond, " seconds"));
  }
  std::erase_if(next_.people, [&](const Announcement& one) { return !IsCurrent(one, wall_ns); });
  if (next_.people.size() >= kMaxAnnouncements) {
    ++posts_refused_;
    return absl::ResourceExhaustedError(absl::StrCat(
        next_.node, " has ", kMaxAnnouncements,
        " current announcements already; post it at another node, or after one has expired"));
  }
  Announcement announcement;
  announcement.id = static_cast<uint64_t>(std::max<int64_t>(wall_ns, 1));
  // Ids stay distinct even if the clock stands still or steps back.
  if (!next_.people.empty())
    announcement.id = std::max(announcement.id, next_.people.back().id + 1);
  announcement.expires_ns = announcement.id + static_cast<uint64_t>(lifetime_ns);
  announcement.text = std::move(text);
  next_.people.push_back(announcement);
  return announcement;
}

}  // namespace proxyherd::peer
