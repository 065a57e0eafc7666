// SPDX-License-Identifier: MIT
#pragma once

#include "isolation/journal/journal.hpp"
#include "isolation/terminal/emulator.hpp"

#include <boost/asio/strand.hpp>
#include <boost/asio/system_executor.hpp>
#include <functional>
#include <map>
#include <memory>
#include <optional>

namespace strata {

struct screen_page {
  screen_view view;
  terminal_size size;
  std::int64_t version = 0; ///< grows with every change
  std::int64_t offset = 0;  ///< in the output: what is before it has been shown
  bool incomplete = false;  ///< output was dropped before it was shown, so that something may be missing
  bool ended = false;       ///< the program has ended
};

/// The screen of one terminal, made from its journal when somebody looks: between two looks it costs nothing, and after one it
/// goes on from there. When the size has changed it is made anew, as if all that is kept had been written to that size.
/// Thread safe; nothing blocks, the work is done on the process' threads for what takes long.
class live_screen : public std::enable_shared_from_this<live_screen> {
public:
  /// More cells than that are not emulated: 70 bytes each.
  static constexpr int max_cells = 200'000;

  live_screen(std::shared_ptr<journal> output, terminal_size size);

  void resized(terminal_size size);

  template <class T> using receiver = std::function<void(result<T>)>;
  /// Tells what is there when all that is written now is on it and its version is not `seen`. Once, on any thread. `number`
  /// names the look for finish(). An error: the emulator was lost to this output; the next look tries again.
  void look(std::uint64_t number, std::optional<std::int64_t> seen, bool styled, receiver<screen_page> told);
  /// That look is answered as soon as what is written now is on the screen.
  void finish(std::uint64_t number);
  /// The bytes of these keys as the program wants them now; once, on any thread. `number` as in look().
  void encode(std::uint64_t number, std::vector<key> keys, receiver<std::string> told);
  /// Gives the emulator back; a later look begins with what is kept of the output.
  void rest();

private:
  struct waiter {
    std::int64_t target; ///< the output up to there is to be on the screen
    std::optional<std::int64_t> seen;
    std::function<void(const error* failed)> tell; ///< null: it is there
  };

  void add(std::uint64_t number, waiter who);
  void go_on();
  void answer_due();
  void begin();
  void take(const journal_batch& batch);
  bool note(const result<std::uint64_t>& changes, std::int64_t offset);
  void fail(const error& why);
  void drop();
  bool is_due(const waiter& who) const;
  result<screen_page> page(bool styled);

  boost::asio::strand<boost::asio::system_executor> strand_;
  const std::shared_ptr<journal> output_;
  // All of it is touched on the strand only.
  terminal_size size_;
  std::unique_ptr<emulator> emulator_;
  std::shared_ptr<journal_reader> reader_;
  std::map<std::uint64_t, waiter> waiters_;
  bool reading_ = false;
  std::uint64_t begun_ = 0; ///< how often: outdates what is still being read for an earlier emulator
  std::uint64_t changes_ = 0;
  std::int64_t version_ = 0;
  std::int64_t offset_ = 0;
  bool incomplete_ = false;
  bool ended_ = false;
};

} // namespace strata
