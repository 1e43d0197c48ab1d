#include "tools/herdctl/view/herd_agreement.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>
#include <tuple>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "tools/herdctl/view/words.h"

namespace proxyherd::tools {
namespace {

// Groups of nodes with equal tables.
class Groups {
 public:
  explicit Groups(const HerdView& view) : view_(view), group_(view.nodes.size()) {
    std::iota(group_.begin(), group_.end(), size_t{0});
    for (size_t a = 0; a < view.nodes.size(); ++a) {
      for (size_t b = a + 1; b < view.nodes.size(); ++b) {
        if (SameTable(view.nodes[a], view.nodes[b]) || LinkAgrees(view.nodes[a], view.nodes[b])) {
          Join(group_[a], group_[b]);
        }
      }
    }
  }

  size_t Of(size_t node) const { return group_[node]; }

  // Returns the largest group; among equally large groups, the one with the most clients.
  size_t Largest() const {
    std::tuple<int64_t, uint64_t> best = {-1, 0};
    size_t largest = 0;
    for (size_t group = 0; group < group_.size(); ++group) {
      std::tuple<int64_t, uint64_t> size = {0, 0};
      for (size_t i = 0; i < group_.size(); ++i) {
        if (group_[i] != group || !Answers(view_.nodes[i])) continue;
        ++std::get<0>(size);
        std::get<1>(size) = std::max(std::get<1>(size), view_.nodes[i].report.records);
      }
      if (size > best) std::tie(best, largest) = std::tuple(size, group);
    }
    return largest;
  }

 private:
  static bool SameTable(const MemberView& a, const MemberView& b) {
    return Answers(a) && Answers(b) && a.report.digest == b.report.digest;
  }
  static bool LinkAgrees(const MemberView& a, const MemberView& b) {
    const LinkEnd* end_a = FindEnd(a, b.name);
    const LinkEnd* end_b = FindEnd(b, a.name);
    return end_a != nullptr && end_b != nullptr && end_a->agrees && end_b->agrees;
  }
  void Join(size_t a, size_t b) { std::replace(group_.begin(), group_.end(), b, a); }

  const HerdView& view_;
  std::vector<size_t> group_;
};

// Describes how the two ends of a link that is up disagree; empty if they agree.
std::string Difference(const HerdView& view, const LinkHealth& link) {
  const auto node = [&](const std::string& name) {
    return std::find_if(view.nodes.begin(), view.nodes.end(),
                        [&](const MemberView& member) { return member.name == name; });
  };
  const LinkEnd* a = FindEnd(*node(link.a), link.b);
  const LinkEnd* b = FindEnd(*node(link.b), link.a);
  if (!link.up || a == nullptr || b == nullptr || (a->agrees && b->agrees)) return "";
  const uint64_t divergent = std::max(a->divergent, b->divergent);
  const uint64_t differing = std::max(a->differing, b->differing);
  const LinkEnd& since = a->agrees ? *b : *a;
  const std::string time = absl::StrCat(std::llround(since.agreement_seconds), " s");
  if (divergent > 0) {
    return absl::StrCat(link.a, " differs from ", link.b, " by ", Counted(divergent, "client"),
                        ", for ", time, ", and repair does not help");
  }
  if (differing > 0) {
    return absl::StrCat(link.a, " differed from ", link.b, " by ", Counted(differing, "client"),
                        ", looking again, for ", time);
  }
  return absl::StrCat(link.a, " and ", link.b, " are comparing their clients, for ", time);
}

}  // namespace

HerdAgreement CheckAgreement(const HerdView& view) {
  HerdAgreement agreement;
  const Groups groups(view);
  const size_t largest = groups.Largest();
  std::set<std::string> digests;
  std::vector<std::string> with;
  std::vector<std::string> without;
  for (size_t i = 0; i < view.nodes.size(); ++i) {
    const MemberView& node = view.nodes[i];
    agreement.with_most.push_back(Answers(node) && groups.Of(i) == largest);
    if (!Answers(node)) continue;
    digests.insert(node.report.digest);
    agreement.clients = std::max(agreement.clients, node.report.records);
    (groups.Of(i) == largest ? with : without).push_back(node.name);
  }
  agreement.agree = !with.empty() && without.empty();
  for (const LinkHealth& link : view.links) {
    std::string difference = Difference(view, link);
    if (!difference.empty() && digests.size() > 1) {
      agreement.differences.push_back(std::move(difference));
    }
  }
  if (!without.empty() && agreement.differences.empty()) {
    agreement.differences.push_back(
        absl::StrCat(absl::StrJoin(without, " and "), without.size() == 1 ? " differs" : " differ",
                     " from ", absl::StrJoin(with, " and "), ", and no link between them is up"));
  }
  if (digests.size() > 1 && agreement.agree) {
    for (const MemberView& node : view.nodes) {
      for (const LinkEnd& end : node.report.links) {
        agreement.in_flight = std::max(agreement.in_flight, end.differing);
      }
    }
  }
  return agreement;
}

std::string AgreementPhrase(const HerdView& view, const HerdAgreement& agreement) {
  const auto known = std::count_if(view.nodes.begin(), view.nodes.end(), Answers);
  if (known == 0) return "";
  const auto agreeing = std::count(agreement.with_most.begin(), agreement.with_most.end(), true);
  std::string who;
  if (!agreement.agree) {
    who = absl::StrCat("only ", agreeing, " of ", known, " agree");
  } else if (static_cast<size_t>(known) < view.nodes.size()) {
    who = known == 1 ? "that one knows" : absl::StrCat("those ", NumberWord(known), " agree on");
  } else {
    who = known == 1   ? "it knows"
          : known == 2 ? "both agree on"
                       : absl::StrCat("all ", NumberWord(known), " agree on");
  }
  if (!agreement.agree) return who;
  std::string phrase = absl::StrCat(who, " ", Counted(agreement.clients, "client"));
  if (agreement.in_flight > 0) absl::StrAppend(&phrase, ", ", agreement.in_flight, " in flight");
  return phrase;
}

}  // namespace proxyherd::tools
