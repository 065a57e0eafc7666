// SPDX-License-Identifier: MIT
#include "isolation/filtered_etc.hpp"

#include "isolation/account_files.hpp"
#include "isolation/harmless_copy.hpp"

#include <array>
#include <fstream>
#include <sstream>
#include <unistd.h>

namespace strata {

namespace fs = std::filesystem;

namespace {

// Files, links and whole trees below /etc. What may hold a secret is listed file by file: a maven settings.xml, an R environment
// or a pip.conf has its place for passwords.
constexpr std::array allowed{
  // the loader and the C library
  "ld.so.cache",
  "ld.so.conf",
  "ld.so.conf.d",
  "nsswitch.conf",
  "host.conf",
  "gai.conf",
  "networks",
  "protocols",
  "services",
  "rpc",
  "ethertypes",
  "locale.alias",
  "locale.gen",
  "localtime",
  "timezone",
  "locale.conf",
  "netconfig",
  "bindresvport.blacklist",
  // which system this is
  "os-release",
  "debian_version",
  "lsb-release",
  "redhat-release",
  "fedora-release",
  "system-release",
  "arch-release",
  "alpine-release",
  "issue",
  "issue.net",
  "dpkg",
  // accounts and sessions
  "adduser.conf",
  "deluser.conf",
  "login.defs",
  "pam.conf",
  "pam.d",
  "shells",
  "skel",
  "security/access.conf",
  "security/capability.conf",
  "security/faillock.conf",
  "security/group.conf",
  "security/limits.conf",
  "security/limits.d",
  "security/namespace.conf",
  "security/namespace.init",
  "security/pam_env.conf",
  "security/sepermit.conf",
  "security/time.conf",
  "default/useradd",
  "default/nss",
  "default/locale",
  "libaudit.conf",
  // shells and tools
  "bash.bashrc",
  "bash_completion",
  "bash_completion.d",
  "inputrc",
  "terminfo",
  "alternatives",
  "magic",
  "magic.mime",
  "mime.types",
  "mailcap",
  "mailcap.order",
  "manpath.config",
  "groff",
  "vim",
  "nanorc",
  "gdb",
  "xattr.conf",
  "mke2fs.conf",
  "rmt",
  "papersize",
  "fonts",
  "X11/rgb.txt",
  "X11/fonts",
  "glvnd",
  "gprofng.rc",
  "xdg",
  "dictionaries-common",
  // certificates of authorities
  "ssl/openssl.cnf",
  "ssl/certs",
  "ca-certificates",
  "ca-certificates.conf",
  "pki/ca-trust/extracted",
  "pki/tls/certs",
  "pki/tls/cert.pem",
  "pki/tls/openssl.cnf",
  "crypto-policies",
  // package tools; sources with a password in them are left out by harmless_copy
  "apt/apt.conf.d",
  "apt/preferences",
  "apt/preferences.d",
  "apt/sources.list",
  "apt/sources.list.d",
  "apt/keyrings",
  "apt/trusted.gpg",
  "apt/trusted.gpg.d",
  "debconf.conf",
  "ucf.conf",
  "xml",
  "sgml",
  // languages; see also allowed_prefixes
  "perl",
  "maven/m2.conf",
  "maven/logging",
  "maven/toolchains.xml",
  "emacs",
  "ImageMagick-6",
  "jvm",
  "ghc",
  "openmpi",
  "OpenCL",
};
constexpr std::array allowed_prefixes{"python3", "java", "gcc"};

// Inside the trees above: certificates of this very host, and what Java's agents log in with.
constexpr std::array taken_back{"ssl/certs/ssl-cert-snakeoil.pem", "apt/auth.conf", "apt/auth.conf.d"};

// Packages put scripts there.
constexpr std::array empty_directories{"profile.d", "init.d",      "rc0.d", "rc1.d",    "rc2.d",  "rc3.d",
                                       "rc4.d",     "rc5.d",       "rc6.d", "rcS.d",    "cron.d", "cron.daily",
                                       "default",   "logrotate.d", "ssl",   "security", "apt",    "opt"};

// No program is started by it, so that a login shell costs what a plain one does.
constexpr char profile[] = R"(# /etc/profile: read by login shells. PATH and the rest of the environment are set already.
if [ -n "${BASH_VERSION-}" ] && [ -n "${PS1-}" ] && [ -r /etc/bash.bashrc ]; then
  . /etc/bash.bashrc
fi
for script in /etc/profile.d/*.sh; do
  [ -r "$script" ] && . "$script"
done
unset script
)";
constexpr char hosts[] = "127.0.0.1\tlocalhost strata\n::1\tlocalhost ip6-localhost ip6-loopback\n";

std::string text_of(const fs::path& path) {
  constexpr std::streamsize max = 1 << 20;
  std::ifstream file{path, std::ios::binary};
  std::string text(static_cast<std::size_t>(max), '\0');
  file.read(text.data(), max);
  text.resize(static_cast<std::size_t>(file.gcount()));
  return text;
}

result<void> copy_allowed(const fs::path& host_etc, const fs::path& to) {
  harmless_copy copies;
  for (const auto* name : allowed)
    STRATA_CHECK(copies.copy(host_etc / name, to / name));
  std::error_code failure;
  for (fs::directory_iterator entry{host_etc, failure}, end; !failure && entry != end; entry.increment(failure))
    for (const auto* prefix : allowed_prefixes)
      if (const auto name = entry->path().filename(); name.native().starts_with(prefix))
        STRATA_CHECK(copies.copy(entry->path(), to / name));
  if (failure)
    return errno_error("read directory", host_etc.native(), failure.value());
  for (const auto* name : taken_back)
    if (fs::remove_all(to / name, failure); failure)
      return errno_error("remove", (to / name).native(), failure.value());
  return {};
}

result<void> write_accounts(const fs::path& host_etc, const fs::path& to) {
  const auto accounts = system_accounts(text_of(host_etc / "passwd"), text_of(host_etc / "group"));
  STRATA_CHECK(write_new_file(to / "passwd", accounts.passwd));
  STRATA_CHECK(write_new_file(to / "group", accounts.group));
  STRATA_CHECK(write_new_file(to / "shadow", accounts.shadow));
  return write_new_file(to / "gshadow", accounts.gshadow);
}

} // namespace

std::string resolver_lines(std::string_view resolv_conf) {
  std::istringstream lines{std::string{resolv_conf}};
  std::string kept;
  for (std::string line; std::getline(lines, line);)
    if (line.starts_with("nameserver ") || line.starts_with("options "))
      kept += line + "\n";
  return kept;
}

result<void> write_session_etc(const fs::path& host_etc, const fs::path& to) {
  STRATA_CHECK(make_open_directory(to));
  STRATA_CHECK(write_new_file(to / "profile", profile));
  STRATA_CHECK(write_new_file(to / "hosts", hosts));
  STRATA_CHECK(write_new_file(to / "hostname", "strata\n"));
  STRATA_CHECK(write_new_file(to / "resolv.conf", resolver_lines(text_of(host_etc / "resolv.conf"))));
  return write_new_file(to / "environment", "");
}

result<void> make_filtered_etc(const fs::path& host_etc, const fs::path& to) {
  STRATA_CHECK(make_open_directory(to));
  STRATA_CHECK(copy_allowed(host_etc, to));
  for (const auto* name : empty_directories)
    STRATA_CHECK(make_open_directory(to / name));
  STRATA_CHECK(write_accounts(host_etc, to));
  STRATA_CHECK(write_session_etc(host_etc, to));
  if (::symlink("../proc/self/mounts", (to / "mtab").c_str()) != 0)
    return errno_error("make link", (to / "mtab").native());
  return {};
}

} // namespace strata
