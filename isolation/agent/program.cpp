// SPDX-License-Identifier: MIT
#include "isolation/agent/program.hpp"

#include "isolation/agent/accounts.hpp"
#include "isolation/wire/inherited.hpp"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <grp.h>
#include <string_view>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

namespace strata::agent {

namespace {

// What execvp(3) uses without PATH.
constexpr std::string_view default_path = "/bin:/usr/bin";

std::vector<char*> pointers(std::vector<std::string>& strings) {
  std::vector<char*> all;
  for (auto& each : strings)
    all.push_back(each.data());
  all.push_back(nullptr);
  return all;
}

std::string_view path_of(const std::vector<std::string>& env) {
  for (const auto& each : env)
    if (each.starts_with("PATH="))
      return std::string_view{each}.substr(5);
  return default_path;
}

/// Where execve should look, in order.
std::vector<std::string> candidates(const std::string& name, std::string_view path) {
  if (name.find('/') != std::string::npos)
    return {name};
  std::vector<std::string> all;
  for (bool more = true; more;) {
    auto end = path.find(':');
    more = end != std::string_view::npos;
    auto folder = path.substr(0, end);
    all.push_back(folder.empty() ? "./" + name : std::string{folder} + "/" + name);
    path.remove_prefix(more ? end + 1 : path.size());
  }
  return all;
}

void set_variable(std::vector<std::string>& env, const std::string& name, const std::string& value) {
  std::erase_if(env, [&](const std::string& each) { return each.starts_with(name + "="); });
  env.push_back(name + "=" + value);
}

/// Everything that the child needs, made before vfork: it shares our memory and must allocate nothing.
struct plan {
  std::vector<std::string> files;
  std::vector<char*> argv, env;
  std::vector<char*> script_argv; ///< for a text without an interpreter line, as execvp(3) does
  account user;
  const program* what;
  int proc;
  void (*forked)(int context, pid_t self);
  int context;
};

[[noreturn]] void give_up(volatile spawned& told, wire::refusal why, int number) {
  told.pid = 0;
  told.why = why;
  told.number = number;
  ::_exit(127);
}

// When memory runs out on the host, what runs in sessions goes before the server and before PID 1 here.
void go_first_when_memory_is_out(int proc) {
  constexpr char score[] = "300";
  int file = ::openat(proc, "self/oom_score_adj", O_WRONLY | O_CLOEXEC);
  if (file >= 0 && ::write(file, score, sizeof score - 1) < 0)
    return; // no reason to run nothing
}

rlim_t most_open_files = RLIM_INFINITY;

void restore_open_files() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0)
    return;
  limit.rlim_max = std::min(most_open_files, limit.rlim_max);
  limit.rlim_cur = std::min<rlim_t>(wire::soft_open_files, limit.rlim_max);
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

void become_user(const account& user, volatile spawned& told) {
  if (user.user == ::geteuid() && user.group == ::getegid() && user.groups.size() <= 1)
    return;
  // EPERM: a user namespace with a single id has no groups to set (user_namespaces(7)).
  if ((::setgroups(user.groups.size(), user.groups.data()) != 0 && errno != EPERM) || ::setgid(user.group) != 0
      || ::setuid(user.user) != 0)
    // EINVAL: an id that is not mapped in this user namespace (setuid(2)).
    give_up(told, errno == EINVAL ? wire::refusal::user_not_mapped : wire::refusal::start_failed, errno);
}

void execute(const plan& with, volatile spawned& told) {
  if (with.what->image) {
    ::execveat(with.what->image.get(), "", with.argv.data(), with.env.data(), AT_EMPTY_PATH);
    give_up(told, wire::refusal::start_failed, errno);
  }
  int denied = 0;
  for (const auto& file : with.files) {
    ::execve(file.c_str(), with.argv.data(), with.env.data());
    if (errno == ENOEXEC) {
      const_cast<std::vector<char*>&>(with.script_argv)[1] = const_cast<char*>(file.c_str());
      ::execve("/bin/sh", with.script_argv.data(), with.env.data());
      give_up(told, wire::refusal::not_executable, ENOEXEC);
    }
    if (errno == EACCES || errno == EISDIR || errno == EPERM)
      denied = errno;
    else if (errno != ENOENT && errno != ENOTDIR && errno != ENAMETOOLONG && errno != ELOOP)
      give_up(told, wire::refusal::start_failed, errno);
  }
  // A missing interpreter is ENOENT, too: the file is there but cannot run.
  if (denied == 0 && with.files.size() == 1 && ::access(with.files[0].c_str(), F_OK) == 0)
    denied = ENOENT;
  if (denied != 0)
    give_up(told, wire::refusal::not_executable, denied);
  give_up(told, wire::refusal::command_not_found, ENOENT);
}

[[noreturn]] void run_child(const plan& with, volatile spawned& told) {
  const auto& what = *with.what;
  ::setsid();
  ::dup2(what.in.get(), 0);
  ::dup2(what.out.get(), 1);
  ::dup2(what.err.get(), 2);
  if (what.terminal && ::ioctl(0, TIOCSCTTY, 0) != 0)
    give_up(told, wire::refusal::start_failed, errno);
  go_first_when_memory_is_out(with.proc);
  set_birth_mark(0, what.mark);
  restore_open_files();
  become_user(with.user, told);
  // After the change of user: its permissions count.
  if (what.cwd.empty() ? ::chdir(with.user.home.c_str()) != 0 && ::chdir("/") != 0 : ::chdir(what.cwd.c_str()) != 0)
    give_up(told, wire::refusal::cwd_not_found, errno);
  ::umask(022);
  struct sigaction standard {};
  standard.sa_handler = SIG_DFL;
  for (int number = 1; number < NSIG; ++number)
    ::sigaction(number, &standard, nullptr);
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  with.forked(with.context, ::getpid());
  execute(with, told);
  ::_exit(127);
}

// Not inlined: no local of the caller may live in a register that the child could change.
[[gnu::noinline]] pid_t fork_child(const plan& with, volatile spawned& told) {
  auto pid = ::vfork();
  if (pid == 0)
    run_child(with, told);
  return pid;
}

} // namespace

void limit_open_files(unsigned long most) { most_open_files = most == 0 ? RLIM_INFINITY : most; }

spawned spawn(program& what, int proc, void (*forked)(int context, pid_t self), int context) {
  volatile spawned told{};
  spawned answer;
  auto user = find_account(what.user);
  if (!user) {
    answer.why = wire::refusal::user_not_found;
    return answer;
  }
  if (!what.user.empty() && user->user != 0) {
    set_variable(what.env, "HOME", user->home);
    set_variable(what.env, "USER", user->name);
    set_variable(what.env, "LOGNAME", user->name);
  }
  plan with{candidates(what.argv[0], path_of(what.env)),
            pointers(what.argv),
            pointers(what.env),
            {},
            *user,
            &what,
            proc,
            forked,
            context};
  static char shell[] = "sh";
  with.script_argv = {shell, nullptr};
  with.script_argv.insert(with.script_argv.end(), with.argv.begin() + 1, with.argv.end());

  auto pid = fork_child(with, told);
  answer.user = user->user;
  answer.group = user->group;
  if (pid < 0) {
    answer.number = errno;
  } else if (told.number != 0) {
    ::waitpid(pid, nullptr, 0); // it is about to be gone, and no process of the session until then
    answer.why = told.why;
    answer.number = told.number;
  } else {
    answer.pid = pid;
  }
  return answer;
}

} // namespace strata::agent
