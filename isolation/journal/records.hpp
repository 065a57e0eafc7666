// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace strata {

/// Where a byte came from. `merged`: both through one pipe, or a terminal.
enum class output_stream : std::uint8_t { out, err, merged };
inline constexpr std::size_t output_streams = 3;
std::string_view to_string(output_stream stream) noexcept; ///< stdout, stderr, output

/// A set of output streams.
class stream_set {
public:
  constexpr stream_set() = default; ///< all
  constexpr explicit stream_set(output_stream only) noexcept : bits_{1U << static_cast<unsigned>(only)} {}
  constexpr bool has(output_stream stream) const noexcept { return (bits_ >> static_cast<unsigned>(stream) & 1U) != 0; }

private:
  unsigned bits_ = ~0U;
};

/// How a process ended. `exit_code` is set only when the program itself exited.
struct process_end {
  std::string reason; ///< exited, signalled, timed_out, …
  std::optional<int> exit_code;
  std::optional<int> signal;
  std::vector<std::string> limits_hit;
  std::int64_t left_running = 0;
};

/// Why bytes are missing. `cap`: the journal does not keep them any more; `skipped`: this reader went on to the present.
enum class gap_cause : std::uint8_t { cap, skipped };
std::string_view to_string(gap_cause why) noexcept;

/// A stretch of output: bytes, or the place where `gap` bytes are missing.
struct journal_record {
  std::int64_t offset = 0; ///< of its first byte, counted over all streams in the order in which they arrived
  output_stream stream = output_stream::out;
  std::chrono::system_clock::time_point time; ///< when its first byte arrived
  std::string bytes;
  std::int64_t gap = 0;
  gap_cause why = gap_cause::cap;
};

struct journal_batch {
  std::vector<journal_record> records;
  std::int64_t next = 0;          ///< where to go on
  std::int64_t oldest = 0;        ///< the first offset that is kept
  std::optional<process_end> end; ///< set once this reader has everything that was written before the end
};

/// What happens to a reader that falls behind.
enum class lag : std::uint8_t {
  hold_back, ///< the producer waits before it drops what this reader has not read: nothing is lost
  catch_up,  ///< it reads all that is kept, and is told a gap where the journal's cap was quicker
  skip       ///< a journal::bounds::skip_behind behind it goes on near the present and is told the gap
};

/// What is kept of one stream, or of all: head and tail; `gap_at` is where in `data` the middle is missing, or -1.
struct output_view {
  std::string data;
  std::int64_t bytes = 0; ///< all that was written
  std::int64_t gap_at = -1;
};

} // namespace strata
