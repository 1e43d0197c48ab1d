// Tests finding the memory that a process may use, in trees of files like those of the system.
#include "server/memory/memory_limit.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

namespace proxyherd::server {
namespace {

constexpr uint64_t kMiB = uint64_t{1} << 20;

class MemoryLimitTest : public testing::Test {
 protected:
  MemoryLimitTest() {
    std::filesystem::remove_all(root_);
    Has("/proc/meminfo", "MemTotal:        8388608 kB\nMemFree:  1 kB\n");
    Limits("unlimited", "unlimited");
  }
  ~MemoryLimitTest() override { std::filesystem::remove_all(root_); }

  void Has(const std::string& path, const std::string& text) {
    const std::filesystem::path whole(root_ + path);
    std::filesystem::create_directories(whole.parent_path());
    std::ofstream(whole) << text;
  }
  void Limits(const std::string& address_space, const std::string& data) {
    Has("/proc/self/limits",
        "Limit                     Soft Limit           Hard Limit           Units\n"
        "Max data size             " +
            data +
            "            unlimited            bytes\n"
            "Max address space         " +
            address_space + "            unlimited            bytes\n");
  }
  // Sets up control groups of version 2, as in a container or on the host.
  void Version2(const std::string& group, const std::string& mount_root = "/") {
    Has("/proc/self/cgroup", "0::" + group + "\n");
    Has("/proc/self/mountinfo",
        "29 23 0:26 " + mount_root + " /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw\n");
  }
  void Version1(const std::string& group, const std::string& mount_root = "/") {
    Has("/proc/self/cgroup", "12:cpu,cpuacct:/elsewhere\n4:memory:" + group + "\n0::/unified\n");
    Has("/proc/self/mountinfo",
        "31 23 0:27 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu,cpuacct\n"
        "32 23 0:28 " +
            mount_root +
            " /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n"
            "33 23 0:29 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n");
  }

  std::string Found() const {
    const MemoryLimit limit = FindMemoryLimit(root_);
    return std::to_string(limit.bytes / kMiB) + " MiB, " + limit.source;
  }

  const std::string root_ = testing::TempDir() + "/memory_limit_test";
};

TEST_F(MemoryLimitTest, WithoutOtherLimitsItIsTheMachines) {
  EXPECT_EQ(Found(), "8192 MiB, the machine's memory");
}

TEST_F(MemoryLimitTest, AGroupOfVersion2) {
  Version2("/system.slice/herd.service");
  Has("/sys/fs/cgroup/system.slice/herd.service/memory.max", "536870912\n");
  Has("/sys/fs/cgroup/system.slice/memory.max", "max\n");
  EXPECT_EQ(Found(), "512 MiB, memory.max of the control group /system.slice/herd.service");
  Has("/sys/fs/cgroup/system.slice/herd.service/memory.high", "402653184\n");
  EXPECT_EQ(Found(), "384 MiB, memory.high of the control group /system.slice/herd.service");
}

TEST_F(MemoryLimitTest, AGroupAboveBinds) {
  Version2("/a/b/c");
  Has("/sys/fs/cgroup/a/b/c/memory.max", "536870912\n");
  Has("/sys/fs/cgroup/a/memory.max", "268435456\n");
  EXPECT_EQ(Found(), "256 MiB, memory.max of the control group /a");
}

TEST_F(MemoryLimitTest, AContainerOfVersion2SeesItsGroupAsTheRoot) {
  Version2("/");
  Has("/sys/fs/cgroup/memory.max", "536870912\n");
  EXPECT_EQ(Found(), "512 MiB, memory.max of the control group /");
}

TEST_F(MemoryLimitTest, AGroupOfVersion1) {
  Version1("/limited");
  Has("/sys/fs/cgroup/memory/limited/memory.limit_in_bytes", "536870912\n");
  Has("/sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n");
  EXPECT_EQ(Found(), "512 MiB, memory.limit_in_bytes of the control group /limited");
}

TEST_F(MemoryLimitTest, AContainerOfVersion1IsNamedByItsPathOnTheHost) {
  Version1("/docker/abc", "/docker/abc");
  Has("/sys/fs/cgroup/memory/memory.limit_in_bytes", "536870912\n");
  EXPECT_EQ(Found(), "512 MiB, memory.limit_in_bytes of the control group /");
  // A mount of another group, e.g. because a container was given the host's /sys.
  Version1("/docker/abc", "/another");
  EXPECT_EQ(Found(), "512 MiB, memory.limit_in_bytes of the control group /");
}

TEST_F(MemoryLimitTest, LimitsOfTheProcess) {
  Limits("4294967296", "unlimited");
  EXPECT_EQ(Found(), "2560 MiB, RLIMIT_AS, ulimit -v");
  Limits("4294967296", "1073741824");
  EXPECT_EQ(Found(), "768 MiB, RLIMIT_DATA, ulimit -d");
  Limits("1000", "unlimited");
  EXPECT_EQ(Found(), "0 MiB, RLIMIT_AS, ulimit -v");
}

TEST_F(MemoryLimitTest, WhatMakesNoSenseIsPassedOver) {
  Version1("/limited");
  Has("/sys/fs/cgroup/memory/limited/memory.limit_in_bytes", "");
  Has("/proc/self/limits", "Max address space\n");
  Has("/proc/self/mountinfo", "- cgroup2\n\n1 2 3 / /x rw\n1 2 3 / /x rw - cgroup\n");
  EXPECT_EQ(Found(), "8192 MiB, the machine's memory");
}

TEST(MemoryLimit, OfThisVeryProcessIsKnown) {
  EXPECT_GT(FindMemoryLimit().bytes, 100 * kMiB);
  EXPECT_NE(FindMemoryLimit().source, "");
}

}  // namespace
}  // namespace proxyherd::server
