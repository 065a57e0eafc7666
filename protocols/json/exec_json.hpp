// SPDX-License-Identifier: MIT
#pragma once

#include "actors/operations/exec.hpp"
#include "protocols/json/reader.hpp"

namespace strata {

/// The body of the seed's exec routes into everything but the session's key: names in any case, unknown ones ignored;
/// timeout_ms ≤ 0 counts as absent, and without timeout_ms and wait_ms the timeout is 30000.
result<exec_request> read_exec(std::string_view body);

/// §2 "Exec's answer". `output` is trimmed as the seed trims; stdout and stderr are not. Text has U+FFFD in place of bytes
/// that are no UTF-8, and only then the exact bytes follow as stdout_b64, stderr_b64, output_b64. The cut shows as `truncated`
/// and in `gaps`: stream, offset of the first byte left out (counted in that stream, untrimmed) and how many. A character that
/// was cut apart there is dropped from the text and counts as left out; the offsets of bytes beside (…_b64) stand as they are.
ordered_json to_json(const exec_response& answer);

/// The same without the output, for those who have followed it.
ordered_json end_to_json(const exec_response& answer);

} // namespace strata
