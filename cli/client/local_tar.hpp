// SPDX-License-Identifier: MIT
#pragma once

#include "config/error.hpp"

#include <cstdio>
#include <string>
#include <string_view>

namespace strata::client {

/// tar(1) of this host, for a tree on its way to a session or from there. Not thread safe.
class local_tar {
public:
  /// What is in a directory, as a tar to read.
  static result<local_tar> pack(const std::string& directory);
  /// Into a directory, which must be there. A tar from a session may be hostile: tar refuses names that lead out, and makes links that do
  /// only when nothing more can go through them.
  static result<local_tar> unpack(const std::string& directory);

  local_tar(local_tar&& other) noexcept : pipe_{std::exchange(other.pipe_, nullptr)}, what_{std::move(other.what_)} {}
  local_tar& operator=(local_tar&&) = delete;
  ~local_tar();

  /// At most 256 KiB; empty at the end.
  result<std::string> read();
  result<void> write(std::string_view bytes);
  /// Waits for its end; an error when it failed. It has said why on standard error.
  result<void> finish();

private:
  local_tar(std::FILE* pipe, std::string what) : pipe_{pipe}, what_{std::move(what)} {}
  static result<local_tar> start(const std::string& options, const std::string& directory, const char* mode);

  std::FILE* pipe_;
  std::string what_;
};

/// For sh(1): one word, whatever is in it.
std::string quoted_word(const std::string& text);

} // namespace strata::client
