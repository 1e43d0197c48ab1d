// Tests that the herd files in deploy/ describe the same herd.
#include <gtest/gtest.h>

#include <set>
#include <string>

#include "config/herd_file.h"

namespace proxyherd::config {
namespace {

HerdFile Read(const std::string& name) {
  absl::StatusOr<HerdFile> file = ReadHerdFile(PROXYHERD_SOURCE_DIR "/deploy/" + name);
  EXPECT_TRUE(file.ok()) << file.status();
  return file.ok() ? *file : HerdFile{};
}

TEST(DeployTest, TheHerdHasFiveNodesSixLinksAndConsecutivePorts) {
  const HerdFile herd = Read("herd.conf");
  ASSERT_EQ(herd.nodes.size(), 5u);
  EXPECT_EQ(herd.links.size(), 6u);
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(herd.nodes[i].host, "127.0.0.1");
    EXPECT_EQ(herd.nodes[i].text_port, 10000 + i);
    EXPECT_EQ(herd.nodes[i].grpc_port, 11000 + i);
    EXPECT_EQ(herd.nodes[i].http_port, 12000 + i);
    EXPECT_EQ(herd.nodes[i].link_port, 13000 + i);
  }
  ASSERT_TRUE(herd.places.has_value());
  EXPECT_EQ(herd.places->grpc_port, 11010);
  EXPECT_EQ(herd.places->http_port, 12010);
}

TEST(DeployTest, TheHerdInContainersDiffersInHostsOnly) {
  const HerdFile herd = Read("herd.conf");
  const HerdFile compose = Read("herd.compose.conf");
  EXPECT_EQ(herd.herd, compose.herd);
  EXPECT_EQ(herd.links, compose.links);
  EXPECT_EQ(herd.TopologyHash(), compose.TopologyHash());
  ASSERT_EQ(herd.nodes.size(), compose.nodes.size());
  std::set<std::string> hosts;
  for (size_t i = 0; i < herd.nodes.size(); ++i) {
    EXPECT_EQ(herd.nodes[i].name, compose.nodes[i].name);
    EXPECT_EQ(herd.nodes[i].text_port, compose.nodes[i].text_port);
    EXPECT_EQ(herd.nodes[i].grpc_port, compose.nodes[i].grpc_port);
    EXPECT_EQ(herd.nodes[i].http_port, compose.nodes[i].http_port);
    EXPECT_EQ(herd.nodes[i].link_port, compose.nodes[i].link_port);
    EXPECT_EQ(herd.nodes[i].at, compose.nodes[i].at);
    hosts.insert(compose.nodes[i].host);
  }
  ASSERT_TRUE(herd.places.has_value() && compose.places.has_value());
  EXPECT_EQ(herd.places->grpc_port, compose.places->grpc_port);
  EXPECT_EQ(herd.places->http_port, compose.places->http_port);
  hosts.insert(compose.places->host);
  EXPECT_EQ(hosts.size(), 6u) << "every member is a container of its own";
}

}  // namespace
}  // namespace proxyherd::config
