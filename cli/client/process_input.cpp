// SPDX-License-Identifier: MIT
#include "cli/client/process_input.hpp"

#include "cli/client/session_call.hpp"

#include <algorithm>
#include <thread>

namespace strata::client {

namespace {

constexpr std::size_t piece = 256 << 10;
/// Longer than that nobody waits for the process to take a piece before the next is sent: what waits, waits in the server.
constexpr int patience_s = 1;
constexpr std::chrono::milliseconds before_trying_again{200};

} // namespace

result<void> process_input::give(std::string_view bytes) {
  while (!bytes.empty() && !stopped_) {
    v1::WriteStdinRequest request;
    request.set_data(std::string{bytes.substr(0, piece)});
    bytes.remove_prefix(std::min(bytes.size(), piece));
    STRATA_CHECK(write(std::move(request)));
  }
  return {};
}

result<void> process_input::end() {
  v1::WriteStdinRequest request;
  request.set_eof(true);
  return write(std::move(request));
}

result<void> process_input::write(v1::WriteStdinRequest request) {
  *request.mutable_session() = session_;
  request.set_process(process_);
  request.mutable_wait()->set_seconds(patience_s);
  for (;;) {
    auto written = ask(server_, &v1::ProcessService::Stub::WriteStdin, request);
    if (written)
      return {};
    if (written.error().code != errc::overloaded || stopped_) // it holds as much as it may for processes that do not read
      return written.error();
    std::this_thread::sleep_for(before_trying_again);
  }
}

} // namespace strata::client
