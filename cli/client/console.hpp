// SPDX-License-Identifier: MIT
#pragma once

#include "config/error.hpp"

#include <condition_variable>
#include <functional>
#include <mutex>
#include <string_view>
#include <termios.h>
#include <thread>
#include <utility>

namespace strata::client {

/// Standard input, the terminal's size and the signals of this process, on a thread of its own. Make it before any other
/// thread is: it blocks SIGINT, SIGTERM, SIGHUP, SIGQUIT and SIGWINCH for all that come after (signalfd(2)).
class console {
public:
  struct events {
    std::function<void(std::string_view bytes)> input; ///< empty: standard input is not read
    std::function<bool()> end_of_input;                ///< true: it is to be told again after a while
    std::function<void(int number)> signal;            ///< all but SIGWINCH
    std::function<void(std::uint16_t cols, std::uint16_t rows)> resize;
  };

  console();
  /// Stops the thread and gives the terminal its mode back.
  ~console();
  console(const console&) = delete;
  console& operator=(const console&) = delete;

  /// Every key goes to the other side (cfmakeraw(3)). False when standard input is no terminal.
  bool set_raw();
  void start(events to);
  /// While off, standard input is left alone.
  void set_reading(bool on);

  /// Columns and rows of the terminal at standard input or output; none: 0, 0.
  static std::pair<std::uint16_t, std::uint16_t> size();

private:
  void run();
  void wake();

  int signals_ = -1;
  int wake_ = -1;
  termios before_{};
  bool raw_ = false;
  events to_;
  std::mutex mutex_;
  bool reading_ = true;
  bool stopping_ = false;
  std::thread thread_;
};

/// All of it to a descriptor. False: nobody reads any more.
bool write_all(int fd, std::string_view bytes);

} // namespace strata::client
