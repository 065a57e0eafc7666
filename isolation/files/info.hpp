// SPDX-License-Identifier: MIT
#pragma once

#include "isolation/files/place.hpp"

namespace strata::files {

wire::file_info info_of(const struct stat& seen, std::string path);
/// The same of an entry itself, with the target of a link.
std::optional<wire::file_info> info_at(int directory, const std::string& name, std::string path);
/// Changes with the content: of inode, size, and both times, to the clock's tick.
std::string etag_of(const struct stat& seen);

outcome stat(const wire::files_stat& asked, wire::file_info& into);

} // namespace strata::files
