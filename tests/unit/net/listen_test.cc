// Tests opening listening sockets, and what is said when that fails.
#include "net/listen.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>
#include <string>

#include "net/socket_address.h"

namespace proxyherd::net {
namespace {

using ::testing::HasSubstr;

TEST(ListenTest, ListensOnAFreePortOfAnAddress) {
  const auto socket = Listen({"127.0.0.1", 0, 1});
  ASSERT_TRUE(socket.ok()) << socket.status();
  EXPECT_NE(LocalPort(socket->fd()), 0);
}

TEST(ListenTest, APortInUseIsNamedWithWhatShowsItsOwner) {
  const auto first = Listen({"127.0.0.1", 0, 1});
  ASSERT_TRUE(first.ok());
  const uint16_t port = LocalPort(first->fd());
  const absl::Status status = Listen({"127.0.0.1", port, 1}).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(status.message()),
              HasSubstr("ss -ltnp sport = :" + std::to_string(port)));
}

TEST(ListenTest, ANameIsNoAddress) {
  EXPECT_EQ(Listen({"localhost", 0, 1}).status().code(), absl::StatusCode::kInvalidArgument);
}

TEST(ListenTest, OnlyResourcesComeBack) {
  for (const int error : {EMFILE, ENFILE, ENOBUFS, ENOMEM}) EXPECT_TRUE(IsOutOfResources(error));
  for (const int error : {EAGAIN, ECONNABORTED, EINTR, EPERM}) {
    EXPECT_FALSE(IsOutOfResources(error));
  }
}

}  // namespace
}  // namespace proxyherd::net
