// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

struct pcre2_real_code_8;
struct pcre2_real_match_data_8;
struct pcre2_real_match_context_8;

namespace strata::files {

/// What a line must have: a text, or a match of a regular expression (PCRE2, on bytes that need not be UTF-8). A match takes bounded
/// time and memory: a line that would need more does not match.
class line_pattern {
public:
  line_pattern() = default;
  ~line_pattern();
  line_pattern(const line_pattern&) = delete;
  line_pattern& operator=(const line_pattern&) = delete;

  /// Why it cannot be had: an error text of PCRE2. Empty: it can.
  std::string set(const std::string& text, const std::string& regex, bool ignore_case);
  /// Where it is found first, from 0.
  std::optional<std::size_t> find(std::string_view line) const;

private:
  pcre2_real_code_8* code_ = nullptr;
  pcre2_real_match_data_8* data_ = nullptr;
  pcre2_real_match_context_8* context_ = nullptr;
};

} // namespace strata::files
