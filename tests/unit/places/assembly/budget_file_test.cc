// Tests a count that outlives its process.
#include "places/assembly/budget_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace proxyherd::places {
namespace {

using testing::HasSubstr;

class BudgetFileTest : public testing::Test {
 protected:
  BudgetFileTest() {
    std::string pattern = testing::TempDir() + "budgetXXXXXX";
    folder_ = mkdtemp(pattern.data());
    path_ = folder_ + "/budget";
  }
  ~BudgetFileTest() override { std::filesystem::remove_all(folder_); }

  void Write(const std::string& text) { std::ofstream(path_) << text; }

  std::string folder_;
  std::string path_;
};

TEST_F(BudgetFileTest, WhatIsSavedIsFoundAgain) {
  const BudgetRecord record{20783, 12, 29928113, 3};
  {
    const auto first = BudgetFile::Open(path_);
    ASSERT_TRUE(first.ok()) << first.status();
    EXPECT_EQ(first->record, BudgetRecord());
    EXPECT_TRUE(first->file->Save(record).ok());
  }
  const auto second = BudgetFile::Open(path_);
  ASSERT_TRUE(second.ok()) << second.status();
  EXPECT_EQ(second->record, record);
}

TEST_F(BudgetFileTest, TwoCannotCountOnTheSameFile) {
  const auto first = BudgetFile::Open(path_);
  ASSERT_TRUE(first.ok()) << first.status();
  const auto second = BudgetFile::Open(path_);
  EXPECT_EQ(second.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(second.status().message()), HasSubstr("by another process"));
}

TEST_F(BudgetFileTest, ADamagedFileIsAnErrorThatSaysWhatToDo) {
  for (const std::string& text :
       {std::string(), std::string("proxyherd-budget 1\nday 1"), std::string(1 << 20, 'x')}) {
    Write(text);
    const auto opened = BudgetFile::Open(path_);
    EXPECT_EQ(opened.status().code(), absl::StatusCode::kInvalidArgument);
    EXPECT_THAT(std::string(opened.status().message()),
                AllOf(HasSubstr(path_), HasSubstr("deleting it")));
  }
}

TEST_F(BudgetFileTest, AFileThatCannotBeWrittenIsFoundAtTheStart) {
  const auto opened = BudgetFile::Open(folder_ + "/no/budget");
  EXPECT_EQ(opened.status().code(), absl::StatusCode::kUnavailable);
  EXPECT_THAT(std::string(opened.status().message()), HasSubstr("No such file or directory"));
}

TEST_F(BudgetFileTest, WhatACrashLeftHalfWrittenIsNotRead) {
  std::ofstream(path_ + ".new") << "proxyherd-bud";
  const auto opened = BudgetFile::Open(path_);
  ASSERT_TRUE(opened.ok()) << opened.status();
  EXPECT_EQ(opened->record, BudgetRecord());
}

}  // namespace
}  // namespace proxyherd::places
