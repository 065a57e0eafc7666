// SPDX-License-Identifier: MIT
#pragma once

#include <string>

namespace strata {

/// docs/settings.md, made from the knobs. Pure.
std::string settings_markdown();

/// config/strata.example.toml, made from the knobs: every setting with its default, commented out. Pure.
std::string settings_example();

} // namespace strata
