// Notices between the board and the links.
#include "peer/notice_exchange.h"

#include <optional>
#include <utility>

namespace proxyherd {

NoticeExchange::NoticeExchange(const LinkIdentity& own, Env& env, std::function<LoadSample()> load,
                               OnEvent event)
    : env_(env),
      load_(std::move(load)),
      event_(std::move(event)),
      board_(own.node, own.nodes),
      own_notice_(own.node, own.epoch_ns, own.address) {}

void NoticeExchange::Tell(NodeState state) {
  if (state <= own_state_) return;
  own_state_ = state;
  // Not at once: this may be in the midst of what a sender does.
  own_notice_.LookNow();
}

absl::StatusOr<PeopleNotice> NoticeExchange::Post(std::string text, int64_t lifetime_ns) {
  LookSoon();
  return own_notice_.Post(std::move(text), lifetime_ns, env_.NowNs());
}

bool NoticeExchange::Look(std::vector<LinkClaim> links) {
  const LoadSample load = load_ == nullptr ? LoadSample{} : load_();
  std::optional<NodeNotice> notice = own_notice_.Look(
      own_state_, load, std::move(links), board_.overtaken(), env_.MonotonicNs(), env_.NowNs());
  if (!notice.has_value()) return false;
  board_.Publish(*std::move(notice));
  return true;
}

bool NoticeExchange::Merge(const Notices& notices, FollowerMask came_by) {
  bool changed = false;
  for (const NodeNotice& notice : notices.nodes) changed |= board_.Merge(notice, came_by);
  if (board_.overtaken()) LookSoon();
  return changed;
}

void NoticeExchange::TellNews() {
  for (const NoticeBoard::News& news : board_.TakeNews(env_.MonotonicNs())) {
    if (!IsCurrent(news.words, env_.NowNs())) continue;
    event_({LinkEvent::Kind::kNotice, news.node, news.words.text});
  }
}

void NoticeExchange::FillView(LinkSetView& view) const {
  view.nodes = CountStates(ViewNodes(board_));
  view.people_notices = CountPeopleNotices(board_, env_.NowNs());
  view.notices = board_.counters();
  view.posts_refused = own_notice_.posts_refused();
}

}  // namespace proxyherd
