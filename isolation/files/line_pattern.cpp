// SPDX-License-Identifier: MIT
#include "isolation/files/line_pattern.hpp"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

namespace strata::files {

namespace {

constexpr std::uint32_t most_steps = 1'000'000, most_depth = 10'000, most_heap_kib = 16'384;

} // namespace

line_pattern::~line_pattern() {
  pcre2_match_context_free(context_);
  pcre2_match_data_free(data_);
  pcre2_code_free(code_);
}

std::string line_pattern::set(const std::string& text, const std::string& regex, bool ignore_case) {
  const auto& pattern = regex.empty() ? text : regex;
  std::uint32_t options = PCRE2_UTF | PCRE2_MATCH_INVALID_UTF | PCRE2_NEVER_BACKSLASH_C;
  options |= regex.empty() ? PCRE2_LITERAL : 0U;
  options |= ignore_case ? PCRE2_CASELESS : 0U;
  if (regex.empty()) // a text is bytes
    options = PCRE2_LITERAL | (ignore_case ? PCRE2_CASELESS : 0U);
  int number = 0;
  PCRE2_SIZE at = 0;
  code_ = pcre2_compile(reinterpret_cast<PCRE2_SPTR>(pattern.data()), pattern.size(), options, &number, &at, nullptr);
  if (code_ == nullptr) {
    PCRE2_UCHAR why[200];
    pcre2_get_error_message(number, why, sizeof why);
    return std::string{reinterpret_cast<const char*>(why)} + " (at " + std::to_string(at) + ")";
  }
  data_ = pcre2_match_data_create_from_pattern(code_, nullptr);
  context_ = pcre2_match_context_create(nullptr);
  if (data_ == nullptr || context_ == nullptr)
    return "out of memory";
  pcre2_set_match_limit(context_, most_steps);
  pcre2_set_depth_limit(context_, most_depth);
  pcre2_set_heap_limit(context_, most_heap_kib);
  return {};
}

std::optional<std::size_t> line_pattern::find(std::string_view line) const {
  const auto found = pcre2_match(code_, reinterpret_cast<PCRE2_SPTR>(line.data()), line.size(), 0, 0, data_, context_);
  return found > 0 ? std::optional{static_cast<std::size_t>(pcre2_get_ovector_pointer(data_)[0])} : std::nullopt;
}

} // namespace strata::files
