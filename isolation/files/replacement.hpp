// SPDX-License-Identifier: MIT
#pragma once

#include "isolation/files/failure.hpp"
#include "isolation/files/place.hpp"

#include <string_view>

namespace strata::files {

/// What must hold of the file that is there, for it to be written over.
struct condition {
  const std::vector<std::string>& if_match; ///< etags, or "*": any file; empty: nothing is asked
  bool must_be_new = false;
};

/// `seen`: what is there, if there is something.
outcome judge(const condition& asked, const std::string& path, const struct stat* seen);

/// A file beside the one that it will replace; it goes unless it was put there.
class replacement {
public:
  replacement(const place& at, const std::string& path) : at_{at}, path_{path} {}
  replacement(const replacement&) = delete;
  replacement& operator=(const replacement&) = delete;
  ~replacement();

  outcome make();
  outcome write(std::string_view bytes) const;
  /// Takes the other's place, with its owner and its mode unless another is asked for (-1: none). The turn is the caller's.
  outcome put(const condition& asked, std::int32_t mode, wire::file_info& into);
  const unique_fd& file() const noexcept { return file_; }

private:
  const place& at_;
  const std::string& path_;
  std::string name_;
  unique_fd file_{};
};

outcome write_all(const unique_fd& file, std::string_view bytes, const std::string& path);

} // namespace strata::files
