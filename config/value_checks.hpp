// SPDX-License-Identifier: MIT
#pragma once

#include "config/error.hpp"

#include <string_view>

namespace strata {

// Checks of single values; the errors' messages go after the value: "is no absolute path". All pure.

/// An absolute path without NUL; `_or_nothing` takes "" too.
result<void> check_absolute_path(std::string_view value);
result<void> check_absolute_path_or_nothing(std::string_view value);
/// Any path without NUL, or "".
result<void> check_path_or_nothing(std::string_view value);
/// "auto" or "FIRST-LAST", two host ids. Whether the host can give them is id_pool's to say.
result<void> check_id_pool(std::string_view value);
/// A measure of containment that can be left out.
result<void> check_measure(std::string_view value);
/// A host name or IP literal without port, or "*".
result<void> check_host_name(std::string_view value);
/// An origin as browsers send it, "https://ui.example.org:8443", or "*".
result<void> check_origin(std::string_view value);

} // namespace strata
