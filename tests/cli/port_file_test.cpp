// SPDX-License-Identifier: MIT
#include "cli/operator/port_file.hpp"

#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <optional>
#include <unistd.h>

namespace strata {
namespace {

class port_file_test : public testing::Test {
protected:
  port_file_test() {
    std::string name = testing::TempDir() + "strata-port-XXXXXX";
    directory_ = ::mkdtemp(name.data());
    path_ = directory_ / "port";
  }
  ~port_file_test() override { std::filesystem::remove_all(directory_); }

  std::string contents() const {
    std::ifstream in{path_};
    return {std::istreambuf_iterator<char>{in}, {}};
  }
  std::size_t files() const {
    return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator{directory_}, {}));
  }

  std::filesystem::path directory_, path_;
};

TEST_F(port_file_test, holds_the_port_while_the_server_lives) {
  {
    const auto file = port_file::write(path_, 40'001);
    ASSERT_TRUE(file);
    EXPECT_EQ("40001\n", contents());
    EXPECT_EQ(1U, files());
  }
  EXPECT_EQ(0U, files());
}

TEST_F(port_file_test, replaces_a_stale_one_and_follows_no_link) {
  const auto victim = directory_ / "victim";
  std::ofstream{victim} << "mine";
  std::filesystem::create_symlink(victim, path_);
  std::filesystem::create_symlink(victim, path_.string() + "." + std::to_string(::getpid()));
  const auto file = port_file::write(path_, 7);
  ASSERT_TRUE(file);
  EXPECT_EQ("7\n", contents());
  EXPECT_FALSE(std::filesystem::is_symlink(path_));
  EXPECT_EQ(4U, std::filesystem::file_size(victim));
}

TEST_F(port_file_test, is_not_wanted_or_says_why_not) {
  EXPECT_TRUE(port_file::write("", 1));
  EXPECT_EQ("write port file /nonexistent/port: no such file or directory",
            port_file::write("/nonexistent/port", 1).error().message);
  std::filesystem::create_directory(path_);
  EXPECT_EQ("write port file " + path_.string() + ": is a directory", port_file::write(path_, 1).error().message);
  EXPECT_EQ(1U, files());
}

} // namespace
} // namespace strata
