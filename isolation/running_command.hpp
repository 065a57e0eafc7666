// SPDX-License-Identifier: MIT
#pragma once

#include "isolation/cgroup/session_group.hpp"
#include "isolation/input_feed.hpp"
#include "isolation/output_pump.hpp"
#include "isolation/pipe_ends.hpp"
#include "isolation/sandbox.hpp"

#include <memory>
#include <vector>

namespace strata {

/// The server's side of one running command: the journal of its output, its pipes, and who wants to know of its end.
/// Lives on the sandbox's strand.
class running_command {
public:
  limit_events limits_at_start; ///< of its session

  /// `place`: where a long journal goes.
  running_command(command_spec spec, std::shared_ptr<const journal_place> place, sandbox::callback<command_end> ended);

  const std::string& id() const noexcept { return id_; }
  /// Begins to read the command's output and to write its input. `err` is empty with merge, `in` without input. On a
  /// terminal `out` and `in` are two descriptors of its controller.
  void attach(boost::asio::any_io_executor executor, unique_fd out, unique_fd err, unique_fd in);
  command_output output() const;
  /// Puts its output where it outlives this process, and copies what else a later server needs of it, by name: all but
  /// its input, whose end only the server may hold. Before attach().
  struct kept {
    std::vector<std::string> names;
    std::vector<unique_fd> files;
  };
  result<kept> keep(const unique_fd& out, const unique_fd& err);
  /// Takes what the command had written when it ended, and tells the end; at once unless a disk is in the way. Pipes that
  /// survivors hold are returned: they are read on, into the journal, or have to be stopped.
  std::vector<std::shared_ptr<output_pump>> finish(command_end end);
  /// Closes every pipe and tells nobody: it never started.
  void abandon();
  /// Tells the failure instead of an end and closes every pipe.
  void fail(const error& failure);

private:
  void read(const boost::asio::any_io_executor& executor, output_pump::input from, output_stream stream);

  std::string id_;
  bool merge_;
  bool terminal_;
  std::size_t view_bytes_;
  pipe_ends relay_;                     ///< of a terminal
  std::shared_ptr<input_stream> input_; ///< empty: no input
  std::shared_ptr<journal> journal_;
  sandbox::callback<command_end> ended_;
  std::vector<std::shared_ptr<output_pump>> pumps_;
  std::shared_ptr<void> producers_; ///< held by us and every open pipe; then the journal gets nothing more
  std::shared_ptr<input_feed> feed_;
};

} // namespace strata
