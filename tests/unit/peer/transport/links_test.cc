// Tests the links of whole nodes in one process, over sockets and in real time: each waits for what
// must happen, and nothing depends on how long that takes.
#include "peer/transport/links.h"

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <atomic>
#include <functional>
#include <future>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "net/socket_address.h"
#include "peer/transport/link_method.h"
#include "peer/wire/link_wire.h"
#include "runtime/real_env.h"
#include "tests/support/http2_frames.h"
#include "tests/support/raw_peer.h"

namespace proxyherd::peer {
namespace {

constexpr int64_t kLongNs = 3600 * kSecond;

struct Addressed {
  net::Descriptor socket;
  uint16_t port = 0;
};
Addressed Listening() {
  auto socket = ListenForLinks("0.0.0.0", 0);
  EXPECT_TRUE(socket.ok());
  const uint16_t port = net::LocalPort(socket->fd());
  return {*std::move(socket), port};
}
std::string At(uint16_t port, int host = 1) { return absl::StrCat("127.0.0.", host, ":", port); }

using Addresses = std::map<std::string, std::string>;

// A node with a table and links.
class Node {
 public:
  Node(const std::string& name, const Addresses& neighbours, net::Descriptor socket,
       const std::string& name_servers = "")
      : table_({.herd = "seed", .node = name, .probe_seed = 1}),
        links_(Options(name, neighbours, name_servers), table_, runtime::RealEnv(),
               {[](const LinkEvent&) {}, [] {}}) {
    links_.Listen(std::move(socket));
    links_.Start();
  }
  ~Node() {
    if (!ended_) End(0);
  }

  // Waits at most `flush_ns` for neighbours.
  LinksStop End(int64_t flush_ns) {
    ended_ = true;
    const LinksStop stop = links_.Stop(flush_ns);
    links_.Join();
    return stop;
  }

  void Report(const std::string& client) {
    const int64_t now_ns = runtime::RealEnv().NowNs();
    const std::string fraction = std::to_string(kSecond + now_ns % kSecond).substr(1);
    table_.TakeReport({client, "+1-1", absl::StrCat(now_ns / kSecond, ".", fraction)}, now_ns);
  }

  // Waits until it holds for the link to this neighbour.
  void WaitFor(const std::string& neighbour, const std::function<bool(const LinkView&)>& holds) {
    while (!holds(LinkTo(neighbour))) {
    }
  }
  void WaitUntilUp(const std::string& neighbour) {
    WaitFor(neighbour, [](const LinkView& link) {
      return link.outgoing == LinkState::kUp && link.incoming == LinkState::kUp;
    });
  }
  LinkView LinkTo(const std::string& neighbour) {
    const LinkSetView view = links_.View();
    for (const LinkView& link : view.links) {
      if (link.neighbour == neighbour) return link;
    }
    return {};
  }
  void WaitForRecords(size_t records) {
    while (table_.Records() < records) links_.View();
  }

  Table& table() { return table_; }
  Links& links() { return links_; }

 private:
  static LinksOptions Options(const std::string& name, const Addresses& neighbours,
                              const std::string& name_servers) {
    LinksOptions options;
    options.identity = {"seed", name, static_cast<uint64_t>(runtime::RealEnv().NowNs()), 1, {}};
    for (const auto& [neighbour, address] : neighbours) {
      options.identity.neighbours.push_back(neighbour);
    }
    options.addresses = neighbours;
    options.resolver.servers = name_servers;
    return options;
  }

  Table table_;
  Links links_;
  bool ended_ = false;
};

TEST(LinksTest, TwoNodesLinkAndFloodThroughTheirPorts) {
  Addressed a = Listening();
  Addressed b = Listening();
  Node bona("Bona", {{"Clark", At(b.port)}}, std::move(a.socket));
  Node clark("Clark", {{"Bona", At(a.port)}}, std::move(b.socket));
  bona.WaitUntilUp("Clark");
  clark.WaitUntilUp("Bona");
  bona.Report("kiwi");
  clark.WaitForRecords(1);
  clark.Report("lime");
  bona.WaitForRecords(2);
  EXPECT_EQ(clark.table().Records(), 2U);
  // A stop that waits for the neighbour ends by its acknowledgement, long before its time.
  const LinksStop stop = bona.End(kLongNs);
  EXPECT_EQ(stop.neighbours, 1U);
  EXPECT_TRUE(stop.flushed);
}

TEST(LinksTest, ANameThatNobodyResolvesCutsNoOtherLink) {
  // A name server that never answers.
  const net::Descriptor silent(socket(AF_INET, SOCK_DGRAM, 0));
  sockaddr_in address = RawPeer::Loopback(1, 0);
  ASSERT_EQ(bind(silent.fd(), reinterpret_cast<sockaddr*>(&address), sizeof(address)), 0);
  Addressed a = Listening();
  Addressed b = Listening();
  Node bona("Bona", {{"Clark", At(b.port)}, {"Jaquez", "nowhere.test:1"}}, std::move(a.socket),
            At(net::LocalPort(silent.fd())));
  Node clark("Clark", {{"Bona", At(a.port)}}, std::move(b.socket));
  bona.WaitUntilUp("Clark");
  // Changes pass during one and the same attempt to find an address, however often it is tried.
  bool passed = false;
  for (size_t report = 1; !passed; ++report) {
    bona.WaitFor("Jaquez",
                 [](const LinkView& link) { return link.outgoing == LinkState::kConnecting; });
    const uint64_t attempt = bona.LinkTo("Jaquez").sent.attempts;
    bona.Report(absl::StrCat("client-", report));
    clark.WaitForRecords(report);
    const LinkView now = bona.LinkTo("Jaquez");
    passed = now.outgoing == LinkState::kConnecting && now.sent.attempts == attempt;
  }
  bona.WaitFor("Jaquez", [](const LinkView& link) { return link.outgoing == LinkState::kDown; });
  EXPECT_EQ(bona.LinkTo("Jaquez").reason, "no connection within 1 s");
}

TEST(LinksTest, APortThatAcceptsAndSaysNothingIsNoConnection) {
  Addressed a = Listening();
  const Addressed dumb = Listening();  // the system accepts for it
  Node bona("Bona", {{"Clark", At(dumb.port)}}, std::move(a.socket));
  bona.WaitFor("Clark", [](const LinkView& link) { return link.sent.attempts >= 2; });
  bona.WaitFor("Clark", [](const LinkView& link) { return link.outgoing == LinkState::kDown; });
  EXPECT_EQ(bona.LinkTo("Clark").reason, "no connection within 1 s");
}

TEST(LinksTest, ANeighbourThatHangsUpInTheMiddleIsDialledAgain) {
  const net::Descriptor server(socket(AF_INET, SOCK_STREAM, 0));
  sockaddr_in address = RawPeer::Loopback(1, 0);
  ASSERT_EQ(bind(server.fd(), reinterpret_cast<sockaddr*>(&address), sizeof(address)), 0);
  ASSERT_EQ(listen(server.fd(), 16), 0);
  Addressed a = Listening();
  Node bona("Bona", {{"Clark", At(net::LocalPort(server.fd()))}}, std::move(a.socket));
  const std::string answer =
      SettingsFrame({}) +
      Frame(FrameType::kHeaders, kEndHeaders, 1,
            PlainFields({{":status", "200"}, {"content-type", "application/grpc"}})) +
      MessageFrame(1, "a hello");
  // The end comes within the settings, the fields and the message.
  for (const size_t bytes : {size_t{4}, size_t{15}, answer.size() - 3}) {
    RawPeer clark{net::Descriptor(accept(server.fd(), nullptr, nullptr))};
    // Its hello has come: the third frame after the preface and the settings.
    clark.ReadUntil([](std::string_view seen) {
      return seen.size() > kClientPreface.size() &&
             SplitFrames(seen.substr(kClientPreface.size())).size() >= 3;
    });
    clark.Send(answer.substr(0, bytes));
  }
  bona.WaitFor("Clark", [](const LinkView& link) { return link.sent.attempts >= 3; });
  EXPECT_EQ(bona.LinkTo("Clark").sent.times_up, 0U);
}

// A peer that reads nothing, or never says who it is, keeps its socket open all the time.
TEST(LinksTest, NobodyCanKeepANodeFromEnding) {
  constexpr uint16_t kInitialWindow = 4;
  Addressed a = Listening();
  Node bona("Bona", {{"Clark", At(1)}}, std::move(a.socket));
  RawPeer silent;
  ASSERT_TRUE(silent.Connect(a.port));
  silent.ReadSome();
  RawPeer greeted;
  ASSERT_TRUE(greeted.Connect(a.port));
  v1::LinkRequest hello;
  ToWire(Hello{"seed", "Clark", 7, 1, kLinkProtocolVersion, 1}, hello);
  greeted.Send(CallFrames(kLinkPath) + SettingsFrame({{kInitialWindow, 0}}) +
               MessageFrame(1, hello.SerializeAsString()));
  bona.WaitFor("Clark", [](const LinkView& link) { return link.incoming == LinkState::kUp; });
  bona.End(0);
}

// For ThreadSanitizer: everything that other threads may call, while streams are cut and dialled.
TEST(LinksTest, ThreadsMayUseTheLinksWhileTheyAreCutAndDialled) {
  constexpr int kReports = 2000;
  constexpr int kCuts = 15;
  Addressed a = Listening();
  Addressed b = Listening();
  Node bona("Bona", {{"Clark", At(b.port)}}, std::move(a.socket));
  Node clark("Clark", {{"Bona", At(a.port)}}, std::move(b.socket));
  std::atomic<bool> cutting = true;
  std::vector<std::thread> threads;
  for (Node* node : {&bona, &clark}) {
    threads.emplace_back([node] {
      for (int i = 0; i < kReports; ++i) node->Report(absl::StrCat("client-", i % 100));
    });
    threads.emplace_back([node, &cutting] {
      while (cutting) {
        std::promise<void> asked;
        node->links().PostAnnouncement("hello", kSecond, [](const auto&) {});
        node->links().Nodes([&](const std::vector<NodeView>&, int64_t) { asked.set_value(); });
        asked.get_future().get();
        node->links().View();
        node->links().flood_ages().SumNs();
        node->links().stream_limit_hits()[StreamLimit::kStreams];
      }
    });
  }
  // A neighbour that has moved is dialled again.
  for (int cut = 0; cut < kCuts; ++cut) {
    bona.WaitUntilUp("Clark");
    const uint64_t ups = bona.LinkTo("Clark").sent.times_up;
    bona.links().Reshape({1, {"Clark"}, {}}, {{"Clark", At(b.port, 2 + cut % 2)}});
    clark.links().Reshape({1, {"Bona"}, {}}, {{"Bona", At(a.port, 2 + cut % 2)}});
    bona.WaitFor("Clark", [ups](const LinkView& link) { return link.sent.times_up > ups; });
  }
  cutting = false;
  for (std::thread& thread : threads) thread.join();
  bona.links().PublishState(NodeState::kDraining);
  const auto agree = [](const LinkView& link) { return link.agrees; };
  bona.WaitFor("Clark", agree);
  clark.WaitFor("Bona", agree);
}

}  // namespace
}  // namespace proxyherd::peer
