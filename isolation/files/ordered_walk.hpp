// SPDX-License-Identifier: MIT
#pragma once

#include "isolation/files/directory_stream.hpp"

#include <cerrno>
#include <cstdint>
#include <set>

namespace strata::files {

/// Visits the entries of a directory, and of those below it, in the order of their paths, compared step by step; links are not
/// followed. Memory is in proportion to the depth, whatever the size of the directories: they are read again for the next names.
class ordered_walk {
public:
  enum class step { on, into, stop };

  explicit ordered_walk(bool hidden) : hidden_{hidden} {}

  /// Of the paths below this directory, only what comes after `after`. `visit(directory, name, path)` says how to go on. False: it
  /// was stopped.
  template <class Visit>
  bool walk(DIR* here, const std::string& prefix, std::uint32_t depth, const std::string& after, Visit& visit) {
    const auto slash = after.find('/');
    auto last = after.substr(0, slash);
    // What is below the entry at which the page before ended comes first.
    if (!last.empty() && depth > 1
        && !descend(here, last, prefix, depth, slash == after.npos ? "" : after.substr(slash + 1), visit))
      return false;
    for (;;) {
      const auto names = next_names(here, last);
      for (const auto& name : names) {
        const auto how = visit(::dirfd(here), name, prefix + name);
        if (how == step::stop)
          return false;
        if (how == step::into && depth > 1 && !descend(here, name, prefix, depth, "", visit))
          return false;
      }
      if (names.size() < batch)
        return true;
      last = *names.rbegin();
    }
  }

  /// Directories that could not be looked into.
  std::uint32_t unreadable() const noexcept { return unreadable_; }

private:
  static constexpr std::size_t batch = 256; ///< names of one directory that are in memory at a time

  template <class Visit>
  bool descend(DIR* here, const std::string& name, const std::string& prefix, std::uint32_t depth, const std::string& after,
               Visit& visit) {
    if (const auto below = open_directory(::dirfd(here), name))
      return walk(below.get(), prefix + name + '/', depth - 1, after, visit);
    if (errno != ENOTDIR && errno != ELOOP && errno != ENOENT)
      ++unreadable_;
    return true;
  }

  /// The first ones after `last`.
  std::set<std::string> next_names(DIR* here, const std::string& last) const {
    std::set<std::string> names;
    ::rewinddir(here);
    while (const auto* entry = ::readdir(here)) {
      std::string name{entry->d_name};
      if (is_dot(name) || (!hidden_ && name[0] == '.') || name <= last)
        continue;
      if (names.size() == batch && name > *names.rbegin())
        continue;
      names.insert(std::move(name));
      if (names.size() > batch)
        names.erase(std::prev(names.end()));
    }
    return names;
  }

  const bool hidden_;
  std::uint32_t unreadable_ = 0;
};

} // namespace strata::files
