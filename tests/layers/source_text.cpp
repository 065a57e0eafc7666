// SPDX-License-Identifier: MIT
#include "tests/layers/source_text.hpp"

#include <algorithm>
#include <regex>

namespace strata::test {

namespace {

bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

/// Reads C++ once, from left to right; `keep_strings` leaves literals as they are.
class reader {
public:
  reader(std::string_view text, bool keep_strings) : text_{text}, keep_strings_{keep_strings} {}

  std::string read() {
    while (at_ < text_.size()) {
      if (starts("//"))
        skip(text_.find('\n', at_));
      else if (starts("/*"))
        skip(end_of("*/", at_ + 2));
      else if (starts("R\"") && (at_ == 0 || !is_word(text_[at_ - 1])))
        literal(end_of_raw());
      else if (text_[at_] == '"' || (text_[at_] == '\'' && (at_ == 0 || !is_word(text_[at_ - 1]))))
        literal(end_of_quoted());
      else
        out_ += text_[at_++];
    }
    return std::move(out_);
  }

private:
  bool starts(std::string_view what) const { return text_.substr(at_).starts_with(what); }

  std::size_t end_of(std::string_view what, std::size_t from) const {
    auto found = text_.find(what, from);
    return found == text_.npos ? text_.npos : found + what.size();
  }

  std::size_t end_of_raw() const {
    auto open = text_.find('(', at_);
    if (open == text_.npos)
      return text_.npos;
    return end_of(")" + std::string{text_.substr(at_ + 2, open - at_ - 2)} + "\"", open);
  }

  std::size_t end_of_quoted() const {
    for (auto i = at_ + 1; i < text_.size() && text_[i] != '\n'; ++i) {
      if (text_[i] == '\\')
        ++i;
      else if (text_[i] == text_[at_])
        return i + 1;
    }
    return std::min(text_.find('\n', at_), text_.size());
  }

  void literal(std::size_t end) {
    if (!keep_strings_)
      return skip(end);
    end = std::min(end, text_.size());
    out_ += text_.substr(at_, end - at_);
    at_ = end;
  }

  /// Leaves only the line breaks.
  void skip(std::size_t end) {
    end = std::min(end, text_.size());
    out_ += ' ';
    std::copy_if(text_.begin() + static_cast<std::ptrdiff_t>(at_), text_.begin() + static_cast<std::ptrdiff_t>(end),
                 std::back_inserter(out_), [](char c) { return c == '\n'; });
    at_ = end;
  }

  std::string_view text_;
  bool keep_strings_;
  std::size_t at_ = 0;
  std::string out_;
};

} // namespace

std::string code_of(std::string_view text) { return reader{text, false}.read(); }

std::vector<std::string> includes_of(std::string_view text) {
  static const std::regex line{R"((?:^|\n)[ \t]*#[ \t]*include[ \t]*(<[^>\n]+>|"[^"\n]+"))"};
  auto code = reader{text, true}.read();
  std::vector<std::string> found;
  for (std::sregex_iterator at{code.begin(), code.end(), line}; at != std::sregex_iterator{}; ++at)
    found.push_back((*at)[1]);
  return found;
}

} // namespace strata::test
