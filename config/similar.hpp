// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace strata {

/// The known word that `word` is most likely a slip of, or "" when none is near: at most a third of its letters differ. Pure.
std::string most_similar(std::string_view word, const std::vector<std::string>& known);

/// " (did you mean WORD?)", or "" when no known word is near. Pure.
std::string did_you_mean(std::string_view word, const std::vector<std::string>& known);

} // namespace strata
