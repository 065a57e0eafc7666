// SPDX-License-Identifier: MIT
#pragma once

#include "isolation/files/channel.hpp"

#include <string>

namespace strata::archive {

/// Makes an archive ("tar", "tar.gz" or "zip") of the entries that come and gives it to `server`. False: something was wrong, and the
/// server was told.
bool write_archive(files::channel& entries, const files::channel& server, const std::string& format);

} // namespace strata::archive
