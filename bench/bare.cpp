// SPDX-License-Identifier: MIT
#include "bench/bare.hpp"

#include "isolation/bwrap_command.hpp"
#include "isolation/unique_fd.hpp"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <filesystem>
#include <fmt/format.h>
#include <spawn.h>
#include <stdexcept>
#include <sys/wait.h>
#include <unistd.h>

namespace strata::bench {

std::string spawn_and_wait(const std::vector<std::string>& argv) {
  std::vector<char*> pointers;
  for (const auto& word : argv)
    pointers.push_back(const_cast<char*>(word.c_str()));
  pointers.push_back(nullptr);
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0)
    throw std::runtime_error{"make pipe failed"};
  unique_fd read_end{ends[0]}, write_end{ends[1]};
  posix_spawn_file_actions_t files;
  ::posix_spawn_file_actions_init(&files);
  ::posix_spawn_file_actions_adddup2(&files, write_end.get(), 1);
  pid_t pid = -1;
  auto failed = ::posix_spawnp(&pid, pointers[0], &files, nullptr, pointers.data(), environ);
  ::posix_spawn_file_actions_destroy(&files);
  if (failed != 0)
    throw std::runtime_error{fmt::format("start {}: {}", argv[0], failed)};
  write_end.reset();
  std::string output;
  char chunk[65536];
  for (ssize_t got; (got = ::read(read_end.get(), chunk, sizeof chunk)) != 0;) {
    if (got > 0)
      output.append(chunk, static_cast<std::size_t>(got));
    else if (errno != EINTR)
      break;
  }
  int status = 0;
  if (::waitpid(pid, &status, 0) != pid || status != 0)
    throw std::runtime_error{fmt::format("{} ended with wait status {}", argv[0], status)};
  return output;
}

std::vector<std::string> bare_bwrap(const std::vector<std::string>& trees) {
  auto session = bwrap_command({.bwrap = "bwrap"}, [](std::string_view path) { return std::filesystem::exists(path); });
  std::vector<std::string> bare{"bwrap", "--unshare-user", "--uid", "0", "--gid", "0"};
  // In place of each overlay a bind: bwrap 0.8 cannot mount overlays itself.
  for (auto link : {"bin", "sbin", "lib", "lib64"})
    bare.insert(bare.end(), {"--symlink", fmt::format("usr/{}", link), fmt::format("/{}", link)});
  for (const auto& tree : trees)
    bare.insert(bare.end(), {"--bind", tree, tree});
  bare.insert(bare.end(), {"--dir", "/root"});
  for (auto word = session.begin() + 1; word != session.end(); ++word) {
    if (*word == "--bind" && *(word + 2) == "/")
      word += 2; // the composed root
    else if (*word == "--ro-bind" && !(*(word + 1)).starts_with('/'))
      bare.insert(bare.end(), {"--ro-bind", "/usr", *(word += 2)}); // the shell mount
    else if (*word == "--")
      break;
    else
      bare.push_back(*word);
  }
  bare.insert(bare.end(), {"--", "/bin/true"});
  return bare;
}

} // namespace strata::bench
