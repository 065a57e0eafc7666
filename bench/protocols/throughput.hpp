// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

namespace strata::bench {

/// The output of one loud command, `mebibytes` of text: by ExecStream and by server-sent events, beside what the same command
/// takes on the host when its pipe is copied to a TCP connection of the loopback; interleaved.
void measure_throughput(std::uint16_t port, int rounds, std::int64_t mebibytes);

} // namespace strata::bench
