// SPDX-License-Identifier: MIT
#pragma once

#include "isolation/input_feed.hpp"
#include "isolation/output_capture.hpp"
#include "isolation/output_pump.hpp"
#include "isolation/sandbox.hpp"

#include <array>

namespace strata {

/// The server's side of one running command: its output as far as it is kept, its pipes, and who wants to know of its
/// end. Lives on the sandbox's strand.
class running_command {
public:
  running_command(command_spec spec, sandbox::callback<command_end> ended);

  const std::string& id() const noexcept { return id_; }
  /// Begins to read the command's output and to write its input. `err` is empty with merge, `in` without input. On a
  /// terminal `out` and `in` are two descriptors of its controller.
  void attach(boost::asio::any_io_executor executor, unique_fd out, unique_fd err, unique_fd in);
  command_output output() const;
  /// Takes what the command had written when it ended, and tells the end. Pipes that survivors hold are returned:
  /// they must be read on (into nothing) or closed.
  std::vector<std::shared_ptr<output_pump>> finish(command_end end);
  /// Closes every pipe and tells nobody: it never started.
  void abandon();
  /// Tells the failure instead of an end and closes every pipe.
  void fail(const error& failure);

private:
  std::shared_ptr<output_pump> read(boost::asio::any_io_executor executor, unique_fd pipe, std::size_t index);

  std::string id_;
  bool merge_;
  std::shared_ptr<input_stream> input_; ///< empty: no input
  std::shared_ptr<journal> journal_;    ///< may be empty
  sandbox::callback<command_end> ended_;
  /// stdout, stderr, both in order of arrival. With merge only the first is used. Shared with the pumps, which may outlive us.
  std::shared_ptr<std::array<output_capture, 3>> captures_;
  std::array<std::shared_ptr<output_pump>, 2> pumps_;
  std::shared_ptr<input_feed> feed_;
};

} // namespace strata
