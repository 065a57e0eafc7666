// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace strata::test {

/// Longest file, in lines.
inline constexpr std::size_t longest_file = 300;

/// What a source file does against the rules of ARCHITECTURE.md ("Layers") and CONTRIBUTING.md, one sentence each:
/// - an include points only down: main.cpp, cli → protocols → actors → isolation → config, and is written from the root;
/// - no JSON and no protobuf below protocols/; no CAF outside actors/, and there only by actors/caf_facade.hpp;
/// - no raw close, kill or umount outside isolation/ (tests and bench may);
/// - a file has at most 300 lines, begins with its licence, and a header has #pragma once;
/// - x.cpp includes its own x.hpp first, so that the header is compiled alone.
/// `path` from the root of the project, e.g. "actors/session.hpp". `exists` knows the files of the project. Pure.
std::vector<std::string> violations(std::string_view path, std::string_view text,
                                    const std::function<bool(std::string_view)>& exists);

} // namespace strata::test
