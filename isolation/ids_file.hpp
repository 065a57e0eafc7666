// SPDX-License-Identifier: MIT
#pragma once

#include "config/error.hpp"
#include "isolation/id_map.hpp"

#include <optional>

namespace strata {

/// The file `ids` in a session's directory: whose its files are. A server that was killed leaves it for the next one,
/// which must not lend these ids before the files are gone, and needs them to delete the files as a plain user.
/// `directory` may be O_PATH. One line, "range 268435456 65536".

/// To be called before anything runs with these ids. Replaces what is there in one step.
result<void> write_ids(int directory, const id_map& ids);

/// Nothing when there is no such file: then nothing has run there. id_map::shared is always true: who else had them is not known.
result<std::optional<id_map>> read_ids(int directory);

} // namespace strata
