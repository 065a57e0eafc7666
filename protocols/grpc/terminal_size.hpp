// SPDX-License-Identifier: MIT
#pragma once

#include "config/error.hpp"
#include "isolation/sandbox.hpp"

#include <fmt/format.h>
#include <strata/v1/process.pb.h>

namespace strata {

/// What fits a terminal's size at all; whether it may be that large is judged by the session.
template <class Size> result<terminal_size> size_of(const Size& size, std::string_view field) {
  if (size.cols() > 0xffff || size.rows() > 0xffff)
    return error{
      errc::invalid_argument, fmt::format("{} is not between 1 and 1000 each way", field), {{"field", std::string{field}}}};
  return terminal_size{static_cast<std::uint16_t>(size.cols()), static_cast<std::uint16_t>(size.rows())};
}

} // namespace strata
