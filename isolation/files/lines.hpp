// SPDX-License-Identifier: MIT
#pragma once

#include "isolation/unique_fd.hpp"

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace strata::files {

/// The lines of a file, from its beginning, in memory for one of them: a longer one than 64 KiB comes in parts.
class lines {
public:
  explicit lines(const unique_fd& file) : file_{file}, bytes_(2 * longest, '\0') {}

  /// False: there is none any more, or reading failed. Good until the next call.
  bool next(std::string_view& line) {
    number_ += goes_on_ ? 0 : 1;
    for (;;) {
      const auto* const begin = bytes_.data() + begin_;
      const auto have = end_ - begin_;
      const auto* const newline = static_cast<const char*>(std::memchr(begin, '\n', have));
      if (newline != nullptr || have >= longest || (over_ && have > 0)) {
        const auto length = newline != nullptr ? static_cast<std::size_t>(newline - begin) : have < longest ? have : longest;
        line = {begin, length};
        begin_ += length + (newline != nullptr ? 1 : 0);
        goes_on_ = newline == nullptr;
        return true;
      }
      if (over_)
        return false;
      fill();
    }
  }
  /// Of the last one, from 1.
  std::uint32_t number() const noexcept { return number_; }
  std::int64_t bytes_read() const noexcept { return read_; }
  bool failed() const noexcept { return failed_; }
  /// Whether what was read of it first has a NUL.
  bool is_binary() {
    if (read_ == 0 && !over_)
      fill();
    return std::memchr(bytes_.data() + begin_, '\0', end_ - begin_) != nullptr;
  }

private:
  static constexpr std::size_t longest = 64 << 10;

  void fill() {
    std::memmove(bytes_.data(), bytes_.data() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
    ssize_t got = 0;
    do
      got = ::read(file_.get(), bytes_.data() + end_, bytes_.size() - end_);
    while (got < 0 && errno == EINTR);
    failed_ = got < 0;
    over_ = got <= 0;
    end_ += got > 0 ? static_cast<std::size_t>(got) : 0;
    read_ += got > 0 ? got : 0;
  }

  const unique_fd& file_;
  std::string bytes_;
  std::size_t begin_ = 0, end_ = 0;
  std::uint32_t number_ = 0;
  std::int64_t read_ = 0;
  bool over_ = false, failed_ = false, goes_on_ = false;
};

} // namespace strata::files
