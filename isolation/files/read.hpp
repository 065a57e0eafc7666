// SPDX-License-Identifier: MIT
#pragma once

#include "isolation/files/channel.hpp"
#include "isolation/files/failure.hpp"

namespace strata::files {

/// Sends `info`, then the bytes of that range and their end. What comes after a failure is not sent: who gets no end has not
/// got all.
outcome read(const wire::files_read& asked, const channel& to);

} // namespace strata::files
