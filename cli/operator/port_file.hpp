// SPDX-License-Identifier: MIT
#pragma once

#include "config/error.hpp"

#include <cstdint>
#include <string>
#include <utility>

namespace strata {

/// A file that holds the server's port, for scripts that let the kernel choose it. Removed with this object.
class port_file {
public:
  /// Appears whole or not at all (rename(2) of a new file beside it). An empty path: no file.
  static result<port_file> write(const std::string& path, std::uint16_t port);
  ~port_file();
  port_file(port_file&& other) noexcept : path_{std::exchange(other.path_, {})} {}
  port_file& operator=(port_file&&) = delete;

private:
  explicit port_file(std::string path) noexcept : path_{std::move(path)} {}
  std::string path_;
};

} // namespace strata
