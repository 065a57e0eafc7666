// SPDX-License-Identifier: MIT
#include "protocols/grpc/library_log.hpp"

#include "config/log.hpp"
#include "protocols/problem_log.hpp"

#include <google/protobuf/stubs/logging.h>
#include <grpc/support/log.h>
#include <mutex>

namespace strata {

namespace {

void report(const std::string& text) {
  static problem_log problems{[](std::string_view, const std::vector<log_fact>& facts) { log::warn("grpc.problem", facts); }};
  problems.report("", {{"text", text}});
}

} // namespace

void take_library_log() {
  static std::once_flag once;
  std::call_once(once, [] {
    gpr_set_log_function([](gpr_log_func_args* said) {
      if (said->severity == GPR_LOG_SEVERITY_ERROR)
        report(said->message);
    });
    google::protobuf::SetLogHandler([](google::protobuf::LogLevel level, const char*, int, const std::string& text) {
      if (level >= google::protobuf::LOGLEVEL_ERROR)
        report(text);
    });
  });
}

} // namespace strata
