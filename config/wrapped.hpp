// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace strata {

/// Words on lines of at most `width` bytes, each line but the first after `indent`; a longer word has a line of its own.
/// Blanks and line ends of `text` only part words. Pure.
std::string wrapped(std::string_view text, std::size_t width, std::string_view indent = {});

} // namespace strata
