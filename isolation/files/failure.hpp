// SPDX-License-Identifier: MIT
#pragma once

#include "isolation/wire/files.hpp"

#include <cerrno>
#include <optional>
#include <string>
#include <string_view>

namespace strata::files {

/// How an operation ended: nothing, or why it could not be done. (This program has no exceptions.)
using outcome = std::optional<wire::files_failure>;

inline wire::files_failure failed(std::string_view verb, std::string_view path, int number = errno) {
  return {wire::file_problem::by_number, number, std::string{verb} + " " + std::string{path}};
}
inline wire::files_failure refused(wire::file_problem why, std::string_view verb, std::string_view path) {
  return {why, 0, std::string{verb} + " " + std::string{path}};
}

} // namespace strata::files
