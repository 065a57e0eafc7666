// SPDX-License-Identifier: MIT
#pragma once

#include <string>

namespace strata {

/// "remove PATH: reason" in printable ASCII: names in a session's tree hold any bytes. A long path is shortened in the
/// middle. EXDEV and EBUSY are told as what they mean here: a mount. Pure; usable without exceptions.
std::string removal_failure_text(const std::string& path, int number);

} // namespace strata
