// SPDX-License-Identifier: MIT
#include "isolation/driver_trial.hpp"

#include "isolation/build_sandbox.hpp"
#include "isolation/bwrap_sandbox.hpp"

#include <algorithm>
#include <array>
#include <boost/asio/io_context.hpp>
#include <fmt/format.h>
#include <future>
#include <openssl/rand.h>
#include <optional>

namespace strata {

namespace {

constexpr std::chrono::seconds patience{20};

// Not a word of a client, and two at a time must not meet.
std::string trial_uid() {
  std::array<unsigned char, 8> bytes{};
  RAND_bytes(bytes.data(), static_cast<int>(bytes.size()));
  std::string text = "trial";
  for (const auto byte : bytes)
    text += fmt::format("{:02x}", byte);
  return text;
}

// Builtins only: what is tried is the file system.
std::string writing_command(const base& files, overlay_driver driver) {
  std::string places = "/root /tmp /var/tmp";
  if (driver != overlay_driver::none) {
    places += " / /etc /var";
    if (std::all_of(files.layers.begin(), files.layers.end(),
                    [](const auto& layer) { return layer.mode == layer_mode::overlay; }))
      places += " /usr";
  }
  return fmt::format("for place in {}; do echo tried >$place/.strata-trial || exit 1; done", places);
}

// Runs it in the sandbox and waits for its end. The executor is that of `io`.
result<void> run_once(boost::asio::io_context& io, bwrap_sandbox& sandbox, std::string command) {
  command_spec spec;
  spec.id = "trial";
  spec.command = std::move(command);
  spec.max_output_bytes = 4096;
  const auto told = std::make_shared<std::optional<result<void>>>(); // the end may come after this function
  const auto ended = [told](const result<command_end>& end) {
    if (!end)
      *told = end.error();
    else if (end->exit_code != 0)
      *told = error{errc::internal, "write in the trial sandbox: " + end->output.err.data.substr(0, 1024)};
    else
      *told = result<void>{};
  };
  const auto started = [told](const result<int>& pid) {
    if (!pid)
      *told = pid.error();
  };
  sandbox.run(std::move(spec), started, ended);
  const auto deadline = std::chrono::steady_clock::now() + patience;
  while (!*told && io.run_one_until(deadline) != 0) {
  }
  return *told ? **told : result<void>{error{errc::internal, "run a command in the trial sandbox: no answer in time"}};
}

// False when it does not end.
bool end(boost::asio::io_context& io, bwrap_sandbox& sandbox) {
  bool gone = false;
  sandbox.close([&gone] { gone = true; }, {});
  const auto deadline = std::chrono::steady_clock::now() + patience;
  while (!gone && io.run_one_until(deadline) != 0) {
  }
  return gone;
}

std::string on_one_line(std::string text) {
  while (text.ends_with('\n'))
    text.pop_back();
  std::replace_if(
    text.begin(), text.end(), [](char c) { return c < ' ' || c > '~'; }, ' ');
  return text;
}

} // namespace

result<void> try_driver(sandbox_host& host, overlay_driver driver) {
  sandbox_spec spec;
  spec.uid = trial_uid();
  STRATA_TRY(auto built, build_sandbox(host, driver, spec));
  // The trash outlives this function: what it calls must not be the sandbox, whose io_context is here.
  const auto files_gone = std::make_shared<std::promise<void>>();
  auto discard = [discard_files = std::move(built.discard_files), files_gone](const std::function<void()>& gone) {
    discard_files([files_gone] { files_gone->set_value(); });
    gone();
  };
  boost::asio::io_context io{1};
  const auto sandbox =
    std::make_shared<bwrap_sandbox>(io.get_executor(), std::move(built.processes), std::move(built.facts), std::move(built.group),
                                    std::make_shared<const journal_place>(std::move(built.directory)), nullptr,
                                    bwrap_sandbox::endings{[](const std::string&) {}, std::move(discard)});
  sandbox->start();
  auto outcome = run_once(io, *sandbox, writing_command(host.files, driver));
  if (!end(io, *sandbox))
    return error{errc::internal, "end the trial sandbox: its processes do not end"};
  files_gone->get_future().wait_for(patience); // the trash itself tells what it could not delete
  if (!outcome)
    return error{outcome.error().code, on_one_line(outcome.error().message)};
  return {};
}

} // namespace strata
