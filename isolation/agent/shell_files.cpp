// SPDX-License-Identifier: MIT
#include "isolation/agent/shell_files.hpp"

#include <cerrno>
#include <fcntl.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

namespace strata::agent {

namespace {

// Anyone who knows a name may open it (a command may change its user), but only root can list them.
constexpr mode_t folder_mode = 0711;
constexpr mode_t fifo_mode = 0666;
constexpr mode_t report_mode = 0222; // whoever reads it takes a status away
constexpr mode_t file_mode = 0444;

std::string random_name() {
  unsigned char bytes[8]{};
  // 8 bytes are never interrupted; PID 1 starts long after the pool is ready (getrandom(2)).
  if (::getrandom(bytes, sizeof bytes, 0) != static_cast<ssize_t>(sizeof bytes))
    ::_exit(1);
  std::string name;
  for (auto byte : bytes) {
    name += "0123456789abcdef"[byte >> 4];
    name += "0123456789abcdef"[byte & 15];
  }
  return name;
}

unique_fd open_folder(int at, const std::string& name) {
  return unique_fd{::openat(at, name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)};
}

} // namespace

shell_files::shell_files(int root, std::string seen_root, unsigned index)
  : root_{root}, seen_{seen_root + "/" + std::to_string(index)}, name_{std::to_string(index)} {}

shell_files::~shell_files() {
  remove_command();
  if (folder_) {
    for (const char* each : {"empty", "startup", "report"})
      ::unlinkat(folder_.get(), each, 0);
    ::unlinkat(root_, name_.c_str(), AT_REMOVEDIR);
  }
}

int shell_files::create(const std::vector<std::string>& startup) {
  if (::mkdirat(root_, name_.c_str(), folder_mode) != 0)
    return errno;
  folder_ = open_folder(root_, name_);
  if (!folder_)
    return errno;
  if (auto failed = write_file("empty", {}))
    return failed;
  if (auto failed = write_file("startup", startup_text(startup)))
    return failed;
  if (::mkfifoat(folder_.get(), "report", report_mode) != 0)
    return errno;
  report_.reset(::openat(folder_.get(), "report", O_RDWR | O_NONBLOCK | O_CLOEXEC));
  if (!report_)
    return errno;
  paths_.script = seen_ + "/startup";
  paths_.in = seen_ + "/empty";
  paths_.report = seen_ + "/report";
  renew_tokens();
  return 0;
}

void shell_files::renew_tokens() {
  paths_.begun = seen_ + "/" + random_name();
  paths_.token = seen_ + "/" + random_name();
  paths_.refused = seen_ + "/" + random_name();
}

int shell_files::prepare(std::string_view cwd, const std::vector<std::string>& env, std::string_view command, bool merge,
                         bool want_stdin, command_pipes& pipes) {
  command_name_ = random_name();
  if (::mkdirat(folder_.get(), command_name_.c_str(), folder_mode) != 0) {
    auto number = errno;
    command_name_.clear();
    return number;
  }
  auto seen = seen_ + "/" + command_name_;
  paths_ = {seen + "/script",
            seen + "/body",
            want_stdin ? seen + "/in" : seen_ + "/empty",
            seen + "/out",
            merge ? std::string{} : seen + "/err",
            seen_ + "/report",
            {},
            {},
            {}};
  renew_tokens();
  auto own = command_name_ + "/";
  int failed = write_file(own + "script", script_text(paths_, cwd, env, command));
  if (failed == 0 && !env.empty())
    failed = write_file(own + "body", body_text(paths_, command));
  if (failed == 0)
    failed = make_pipe(own + "out", false, pipes.out, pipes.held);
  if (failed == 0 && !merge)
    failed = make_pipe(own + "err", false, pipes.err, pipes.held);
  if (failed == 0 && want_stdin)
    failed = make_pipe(own + "in", true, pipes.in, pipes.held);
  if (failed != 0)
    remove_command();
  return failed;
}

void shell_files::remove_command() {
  if (command_name_.empty())
    return;
  for (const char* each : {"/script", "/body", "/in", "/out", "/err"})
    ::unlinkat(folder_.get(), (command_name_ + each).c_str(), 0);
  ::unlinkat(folder_.get(), command_name_.c_str(), AT_REMOVEDIR);
  command_name_.clear();
}

int shell_files::write_file(const std::string& name, std::string_view text) {
  unique_fd file{::openat(folder_.get(), name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, file_mode)};
  if (!file)
    return errno;
  while (!text.empty()) {
    auto written = ::write(file.get(), text.data(), text.size());
    if (written < 0 && errno == EINTR)
      continue;
    if (written <= 0)
      return errno;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return 0;
}

int shell_files::make_pipe(const std::string& name, bool for_input, unique_fd& end, std::vector<unique_fd>& held) {
  if (::mkfifoat(folder_.get(), name.c_str(), fifo_mode) != 0)
    return errno;
  unique_fd both{::openat(folder_.get(), name.c_str(), O_RDWR | O_NONBLOCK | O_CLOEXEC)};
  if (!both)
    return errno;
  end.reset(::openat(folder_.get(), name.c_str(), (for_input ? O_WRONLY : O_RDONLY) | O_NONBLOCK | O_CLOEXEC));
  if (!end)
    return errno;
  held.push_back(std::move(both));
  return 0;
}

} // namespace strata::agent
