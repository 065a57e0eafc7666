// SPDX-License-Identifier: MIT
#include "config/log.hpp"

#include <mutex>

namespace strata::log {

namespace {

std::mutex guard;
log_level shown_from = log_level::info;
std::unique_ptr<line_writer> writer; // under guard

} // namespace

void start(log_level least, std::unique_ptr<line_writer> to) {
  const std::lock_guard lock{guard};
  shown_from = least;
  writer.swap(to); // the former one ends after the lock, with the parameter
}

void stop() {
  std::unique_ptr<line_writer> last; // declared before the lock, so it ends after it: that may block
  const std::lock_guard lock{guard};
  last.swap(writer);
}

void write(log_level level, std::string_view event, const std::vector<log_fact>& facts) {
  const std::lock_guard lock{guard};
  if (writer && level >= shown_from)
    writer->write(log_line(std::chrono::system_clock::now(), level, event, facts));
}

} // namespace strata::log
