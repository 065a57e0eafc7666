// SPDX-License-Identifier: MIT
#pragma once

#include "config/error.hpp"

#include <filesystem>
#include <string_view>

namespace strata {

/// Whether a text looks as if it could let somebody in: a private key, or an address with a name and password in it.
/// Errs on the side of yes. Pure.
bool looks_secret(std::string_view text);

/// Copies configuration of the host that anybody may read, for a session to see. Left out, silently: what others than the
/// owner and group may not read, what looks_secret(), and what is neither file, directory nor link. Links stay links.
/// The copies belong to this process, with mode 0644 or 0755. Counts over its whole life and fails beyond a limit. One thread.
class harmless_copy {
public:
  /// `from` may be missing, which is a success. `to` must not exist; its parent is made.
  result<void> copy(const std::filesystem::path& from, const std::filesystem::path& to);

private:
  result<void> copy_entry(const std::filesystem::path& from, const std::filesystem::path& to, int depth);
  result<void> copy_file(const std::filesystem::path& from, const std::filesystem::path& to);
  result<void> copy_directory(const std::filesystem::path& from, const std::filesystem::path& to, int depth);
  result<void> copy_link(const std::filesystem::path& from, const std::filesystem::path& to);

  std::size_t entries_ = 0;
  std::size_t bytes_ = 0;
};

/// Makes a directory, its parents too, with exactly this mode (parents made on the way: 0755), whatever the umask. One that is
/// there is kept as it is.
result<void> make_open_directory(const std::filesystem::path& path, unsigned mode = 0755);

/// Writes a new file with exactly this mode, whatever the umask.
result<void> write_new_file(const std::filesystem::path& path, std::string_view text, unsigned mode = 0644);

} // namespace strata
