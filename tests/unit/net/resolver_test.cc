// Tests that names are resolved without blocking, by played name servers.
#include "net/resolver.h"

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "net/descriptor.h"

namespace proxyherd::net {
namespace {

// A name server on loopback that gets questions and answers none by itself.
class SilentServer {
 public:
  SilentServer() : socket_(::socket(AF_INET, SOCK_DGRAM, 0)) {
    SocketAddress at = *ParseAddress("127.0.0.1", 0);
    EXPECT_EQ(bind(socket_.fd(), at.get(), at.size), 0);
  }
  ResolverOptions Options() const { return {absl::StrCat("127.0.0.1:", LocalPort(socket_.fd()))}; }
  // Waits for a question.
  void TakeQuestion() {
    char bytes[512];
    EXPECT_GT(recv(socket_.fd(), bytes, sizeof(bytes), 0), 0);
  }
  // Waits for a question and refuses to answer it (RCODE 5).
  void Refuse() {
    char bytes[512];
    SocketAddress from;
    const ssize_t size = recvfrom(socket_.fd(), bytes, sizeof(bytes), 0, from.get(), &from.size);
    ASSERT_GT(size, 4);
    bytes[2] = static_cast<char>(bytes[2] | 0x80);
    bytes[3] = 5;
    EXPECT_EQ(sendto(socket_.fd(), bytes, static_cast<size_t>(size), 0, from.get(), from.size),
              size);
  }

 private:
  const Descriptor socket_;
};

class ResolverTest : public ::testing::Test {
 protected:
  ResolverTest() {
    EXPECT_TRUE(poller_.Open([] {}).ok());
  }
  std::unique_ptr<HostQuery> Ask(const std::string& host, const ResolverOptions& options = {}) {
    return std::make_unique<HostQuery>(poller_, host, 13003, options, [this] { ++progress_; });
  }

  SilentServer server_;
  Poller poller_;
  int progress_ = 0;
};

TEST_F(ResolverTest, TheHostsFileKnowsThisMachine) {
  const auto query = Ask("localhost");
  ASSERT_TRUE(query->done());
  ASSERT_TRUE(query->addresses().ok()) << query->addresses().status();
  for (const SocketAddress& address : *query->addresses()) EXPECT_EQ(address.Port(), 13003);
}

TEST_F(ResolverTest, AServerThatNeverAnswersBlocksNobody) {
  const auto query = Ask("clark.example", server_.Options());
  server_.TakeQuestion();
  EXPECT_FALSE(query->done());
  EXPECT_GT(query->WaitNs(), 0);
  // Other work of the thread goes on.
  bool ran = false;
  poller_.Post([&] { ran = true; });
  poller_.Turn();
  EXPECT_TRUE(ran);
  EXPECT_FALSE(query->done());
}

TEST_F(ResolverTest, AQueryMayBeGivenUp) {
  Ask("clark.example", server_.Options()).reset();
  poller_.Post([] {});
  poller_.Turn();
  EXPECT_EQ(progress_, 0);
}

TEST_F(ResolverTest, ARefusalIsAnAnswer) {
  const auto query = Ask("clark.example", server_.Options());
  while (!query->done()) {
    server_.Refuse();
    poller_.Turn();
  }
  EXPECT_GT(progress_, 0);
  EXPECT_FALSE(query->addresses().ok());
}

#ifndef NDEBUG

TEST_F(ResolverTest, DiesOfQuestionsAtTheWrongTime) {
  const auto query = Ask("clark.example", server_.Options());
  EXPECT_DEATH((void)query->addresses(), "done");
  const auto local = Ask("localhost");
  EXPECT_DEATH((void)local->WaitNs(), "done");
}

#endif

}  // namespace
}  // namespace proxyherd::net
