// SPDX-License-Identifier: MIT
#pragma once

#include <cerrno>
#include <cstdint>
#include <span>
#include <string>

/// Attacks that run inside a session, as root there, and say whether they were contained. A probe must fail where nothing
/// contains it: each names the place where it is known to (tests/security/security_test.cpp tries that, too).
namespace strata::probes {

enum class outcome { held, broken, absent };

struct verdict {
  outcome how = outcome::held;
  std::string text; ///< what was seen
};

/// Where a probe is known to report `broken`.
enum class weakness {
  open,         ///< in a session of a server with seccomp off and every measure left out
  bare,         ///< on the host, as root, outside any sandbox: what it does there changes nothing
  same_session, ///< in the session that it is meant to have no way to
  planted,      ///< in a session in which somebody put what it looks for
};

struct probe {
  const char* group;
  const char* name;
  const char* promise; ///< for SECURITY.md
  weakness broken_by;
  verdict (*attack)();
};

/// The tables, one for each subject.
std::span<const probe> kernel_probes();
std::span<const probe> namespace_probes();
std::span<const probe> mount_probes();
std::span<const probe> agent_probes();
std::span<const probe> proc_probes();
std::span<const probe> device_probes();
std::span<const probe> privilege_probes();
std::span<const probe> socket_probes();
std::span<const probe> terminal_probes();
std::span<const probe> host_probes();
std::span<const probe> session_probes();
/// Asked by copies of this program that a probe has executed.
std::span<const probe> privilege_questions();

/// What the runner tells of the surroundings, "KEY=VALUE" in the arguments; "" when it does not.
std::string fact(const char* key);

verdict held(std::string text = {});
verdict broken(std::string text);
verdict absent(std::string text); ///< this kernel or machine has nothing to attack

/// By the answer of a system call whose success, or whose complaint about its arguments, shows that it was carried out.
/// Refusals are EPERM, EACCES, ENOSYS, EAFNOSUPPORT and EPROTONOSUPPORT.
verdict by_answer(long answer);
/// The same by errno.
bool is_refusal(int number);

std::string error_text(int number);

/// Runs it in a child: 0 to 255 as it returns, or minus the signal that ended it.
int in_child(int (*what)());

std::string contents(const char* path, std::size_t most = 1 << 20);
bool exists(const char* path);

} // namespace strata::probes
