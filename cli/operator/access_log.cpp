// SPDX-License-Identifier: MIT
#include "cli/operator/access_log.hpp"

#include "config/log_line.hpp"

namespace strata {

result<std::unique_ptr<line_writer>> open_access_log(const std::string& target) {
  if (target.empty())
    return std::unique_ptr<line_writer>{};
  if (target == "-")
    return line_writer::to_stdout();
  return line_writer::to_file(target);
}

std::string access_line(std::chrono::system_clock::time_point at, const access_record& answered) {
  std::vector<log_fact> facts{
    {"peer", answered.peer},
    {"method", answered.method},
    {"target", answered.target},
    {"status", answered.status},
    {"bytes", answered.sent_bytes},
    {"took_ms", fmt::format("{:.3f}", static_cast<double>(answered.took.count()) / 1000)},
    {"request_id", answered.request_id},
  };
  if (!answered.delivered)
    facts.push_back({"delivered", false});
  return log_line(at, log_level::info, "http.request", facts);
}

} // namespace strata
