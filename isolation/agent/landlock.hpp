// SPDX-License-Identifier: MIT
#pragma once

namespace strata::agent {

/// For the driver none: confines this process and all that it starts to writing below the places that are writable there
/// (landlock(7)), so that a read-only mount is not the only thing in the way; from ABI 6 on also to signals and abstract sockets
/// of the session. `shell_folder`: the directory of the shell mount, where the agent writes. True as well where the kernel has no
/// Landlock; false with errno when it refuses.
bool confine_writing(int shell_folder);

} // namespace strata::agent
