// SPDX-License-Identifier: MIT
#pragma once

#include "config/error.hpp"
#include "isolation/file_access/worker.hpp"
#include "isolation/wire/files.hpp"

namespace strata {

/// What strata-files says of a failure, in the words of the API. It is not trusted: its text is made printable and short.
error to_error(const wire::files_failure& failure);

/// What a `failure` says; anything else breaks the protocol.
error failure_in(const std::optional<file_worker::message>& got);

} // namespace strata
