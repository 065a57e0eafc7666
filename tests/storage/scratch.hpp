// SPDX-License-Identifier: MIT
#pragma once

#include "isolation/id_map.hpp"
#include "isolation/remover_process.hpp"
#include "isolation/unique_fd.hpp"

#include <filesystem>
#include <functional>
#include <string>

namespace strata::test {

/// What a server of the current user would give a session: for root a range, else its subordinate ids, else itself.
id_map ids_of_this_user();

/// strata-remover and the programs that it needs.
removal_tools remover_of_this_build();

/// Runs a shell command as root over the user and its subordinate ids, as far as there are any: 0 is the user there and 1
/// the first of them. Its output.
std::string on_host(const std::string& command);

/// A command that makes a tree as a session's processes leave it below `directory` and gives it to the ids of `ids`.
void fill_as_session(const std::filesystem::path& directory, const id_map& ids);

/// Where a hundred thousand directories cost no disk: a tmpfs if there is one.
std::filesystem::path fast_place();

/// A directory of the test. Everything is removed at the end, by the shell and not by what is tested.
class scratch {
public:
  explicit scratch(const std::filesystem::path& where = "/tmp");
  scratch(const scratch&) = delete;
  scratch& operator=(const scratch&) = delete;
  ~scratch();

  const std::filesystem::path& path() const { return path_; }
  int fd() const { return directory_.get(); } ///< O_PATH
  void write(const std::string& name, const std::string& text = "x") const;

private:
  std::filesystem::path path_;
  unique_fd directory_;
};

/// A directory with two files beside the scratch that nothing may touch.
class canary {
public:
  canary();
  const std::filesystem::path& path() const { return files_.path(); }
  /// Fails the test if anything about it has changed.
  void expect_untouched() const;

private:
  std::string state() const;
  scratch files_;
  std::string before_;
};

/// Runs `body` in a child process with a mount namespace of its own where it may mount, and adds its failures to the test.
/// False: this host does not let the current user have one; `why` tells.
bool with_mounts(const std::function<void()>& body, std::string& why);

/// Mounts in this process' namespace below a path.
std::string mounts_below(const std::filesystem::path& path);

std::size_t open_descriptors();

} // namespace strata::test
