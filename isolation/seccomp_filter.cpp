// SPDX-License-Identifier: MIT
#include "isolation/seccomp_filter.hpp"

#include "isolation/seccomp_rules.hpp"

#include <array>
#include <cerrno>
#include <cstddef>
#include <fcntl.h>
#include <fmt/format.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <memory>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace strata {

namespace {

using filter_context = std::unique_ptr<void, void (*)(scmp_filter_ctx)>;

constexpr std::uint32_t first_unknown_call = 457; // the same on every architecture since 403
constexpr std::uint32_t first_x32_call = 0x40000000;

#if defined(__x86_64__)
constexpr std::uint32_t native = AUDIT_ARCH_X86_64;
#elif defined(__aarch64__)
constexpr std::uint32_t native = AUDIT_ARCH_AARCH64;
#endif

error seccomp_error(std::string_view what, int failed) {
  return errno_error(fmt::format("compile seccomp filter: {}", what), {}, -failed);
}

// libseccomp knows no ranges of numbers. What is not native or not a number goes on to its program, which kills it.
void append_end_of_known_calls(std::vector<sock_filter>& program) {
  program.push_back(BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, arch)));
  program.push_back(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, native, 0, 4));
  program.push_back(BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)));
  program.push_back(BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, first_x32_call, 2, 0));
  program.push_back(BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, first_unknown_call, 0, 1));
  program.push_back(BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS));
}

result<unique_fd> make_memfd() {
  unique_fd file{::memfd_create("strata-seccomp", MFD_CLOEXEC | MFD_ALLOW_SEALING)};
  if (!file)
    return errno_error("make memfd for the seccomp filter");
  return file;
}

result<std::vector<sock_filter>> exported(scmp_filter_ctx filter) {
  STRATA_TRY(const auto file, make_memfd());
  if (const int failed = seccomp_export_bpf(filter, file.get()); failed != 0)
    return seccomp_error("export", failed);
  struct stat status {};
  if (::fstat(file.get(), &status) != 0)
    return errno_error("examine seccomp filter");
  std::vector<sock_filter> program(static_cast<std::size_t>(status.st_size) / sizeof(sock_filter));
  if (::pread(file.get(), program.data(), program.size() * sizeof(sock_filter), 0) != status.st_size)
    return errno_error("read seccomp filter");
  return program;
}

result<unique_fd> sealed(const std::vector<sock_filter>& program) {
  STRATA_TRY(auto file, make_memfd());
  const auto bytes = program.size() * sizeof(sock_filter);
  if (::write(file.get(), program.data(), bytes) != static_cast<ssize_t>(bytes)
      || ::fcntl(file.get(), F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL) != 0)
    return errno_error("write seccomp filter");
  return file;
}

result<filter_context> make_filter(std::uint32_t otherwise) {
  filter_context filter{seccomp_init(otherwise), seccomp_release};
  if (filter == nullptr)
    return seccomp_error("begin", -ENOMEM);
  int failed = seccomp_attr_set(filter.get(), SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS);
  if (failed == 0)
    failed = seccomp_attr_set(filter.get(), SCMP_FLTATR_CTL_OPTIMIZE, 2); // a binary tree of numbers
  if (failed != 0)
    return seccomp_error("set attribute", failed);
  return filter;
}

result<void> add_calls(scmp_filter_ctx filter, std::uint32_t action, std::span<const char* const> names) {
  for (const auto* name : names) {
    const int call = seccomp_syscall_resolve_name(name);
    if (call < 0)
      continue; // not on this architecture, or newer than libseccomp
    if (const int failed = seccomp_rule_add(filter, action, call, 0); failed != 0)
      return seccomp_error(name, failed);
  }
  return {};
}

result<unique_fd> finished(scmp_filter_ctx filter) {
  STRATA_TRY(const auto rules, exported(filter));
  std::vector<sock_filter> program;
  append_end_of_known_calls(program);
  program.insert(program.end(), rules.begin(), rules.end());
  return sealed(program);
}

result<unique_fd> denying() {
  STRATA_TRY(const auto filter, make_filter(SCMP_ACT_ALLOW));
  STRATA_CHECK(add_calls(filter.get(), SCMP_ACT_ERRNO(EPERM), denied_calls()));
  if (const int failed = deny_by_arguments(filter.get()); failed != 0)
    return seccomp_error("arguments", failed);
  return finished(filter.get());
}

result<unique_fd> allowing() {
  STRATA_TRY(const auto filter, make_filter(SCMP_ACT_ERRNO(EPERM)));
  STRATA_CHECK(add_calls(filter.get(), SCMP_ACT_ALLOW, allowed_calls()));
  return finished(filter.get());
}

} // namespace

result<std::vector<unique_fd>> compile_seccomp(seccomp_profile profile) {
  std::vector<unique_fd> programs;
  if (profile == seccomp_profile::off)
    return programs;
  STRATA_TRY(auto first, denying());
  programs.push_back(std::move(first));
  if (profile == seccomp_profile::strict) {
    STRATA_TRY(auto second, allowing());
    programs.push_back(std::move(second));
  }
  return programs;
}

result<unique_fd> reopen_seccomp(const unique_fd& program) {
  unique_fd again{::open(fmt::format("/proc/self/fd/{}", program.get()).c_str(), O_RDONLY | O_CLOEXEC)};
  if (!again)
    return errno_error("open seccomp filter");
  return again;
}

} // namespace strata
