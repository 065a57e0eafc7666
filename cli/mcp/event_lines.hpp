// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

namespace strata::client {

/// Cuts a stream of server-sent events into the data of each (WHATWG HTML, section 9.2.6). Ids, names and comments mean
/// nothing here. Not thread safe.
class event_lines {
public:
  /// No event and no line may be longer than `longest` bytes.
  event_lines(std::size_t longest, std::function<void(const std::string& data)> take)
    : longest_{longest}, take_{std::move(take)} {}
  /// False: one is too long; then nothing more may be fed.
  [[nodiscard]] bool feed(std::string_view bytes);

private:
  void on_line(std::string_view line);

  std::size_t longest_;
  std::function<void(const std::string&)> take_;
  std::string line_;
  std::string data_;
  bool after_cr_ = false;
};

} // namespace strata::client
