// SPDX-License-Identifier: MIT
#include "isolation/debian_archive.hpp"

#include "isolation/debian_sources.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <sstream>
#include <unistd.h>

namespace strata {

namespace fs = std::filesystem;

namespace {

// bash and apt are in mmdebstrap's minimal variant of Debian; on other suites they may not be.
constexpr std::array always{"bash", "apt", "ca-certificates"};
constexpr std::array proxy_variables{"http_proxy", "https_proxy", "no_proxy"};

std::string text_of(const fs::path& path) {
  std::ifstream file{path, std::ios::binary};
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

std::vector<std::string> host_sources() {
  std::vector<std::string> texts{text_of("/etc/apt/sources.list")};
  std::error_code failure;
  for (fs::directory_iterator entry{"/etc/apt/sources.list.d", failure}, end; !failure && entry != end; entry.increment(failure))
    if (const auto kind = entry->path().extension(); kind == ".list" || kind == ".sources")
      texts.push_back(text_of(entry->path()));
  return texts;
}

bool is_word(const std::string& word) {
  return !word.empty() && word.front() != '-' && std::all_of(word.begin(), word.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '+'
           || c == ':';
  });
}

std::string find_tool(const char* name) {
  for (const auto* directory : {"/usr/bin/", "/usr/sbin/", "/usr/local/bin/", "/usr/local/sbin/"})
    if (auto path = std::string{directory} + name; ::access(path.c_str(), X_OK) == 0)
      return path;
  return {};
}

// The tool gets a cleared environment; the way to the mirror may be a proxy.
std::vector<std::string> with_proxies() {
  std::vector<std::string> argv{"/usr/bin/env"};
  for (const auto* name : proxy_variables)
    if (const char* value = ::getenv(name); value != nullptr)
      argv.push_back(fmt::format("{}={}", name, value));
  return argv;
}

} // namespace

result<std::vector<std::string>> debian_archive_command(const std::string& suite, const std::vector<std::string>& packages,
                                                        const std::string& target, bool as_plain_user) {
  const auto host_suite = os_release_value(text_of("/etc/os-release"), "VERSION_CODENAME");
  const auto wished = suite.empty() ? host_suite : suite;
  if (!is_word(wished))
    return error{errc::invalid_argument, fmt::format("make base: suite '{}' is no release (name one, e.g. bookworm)", wished)};
  std::vector<std::string> wanted{always.begin(), always.end()};
  for (const auto& package : packages)
    if (is_word(package))
      wanted.push_back(package);
    else
      return error{errc::invalid_argument, fmt::format("make base: package '{}' is no package name", package)};
  const auto include = fmt::format("--include={}", fmt::join(wanted, ","));
  auto mirrors = mirror_lines(host_sources(), host_suite, wished);
  auto argv = with_proxies();
  if (const auto mmdebstrap = find_tool("mmdebstrap"); !mmdebstrap.empty()) {
    argv.insert(argv.end(),
                {mmdebstrap, as_plain_user ? "--mode=unshare" : "--mode=root", "--variant=minbase", include, wished, target});
    argv.insert(argv.end(), mirrors.begin(), mirrors.end());
    return argv;
  }
  const auto debootstrap = find_tool("debootstrap");
  if (as_plain_user || debootstrap.empty())
    return error{errc::internal, "make base: no mmdebstrap on this host (install the package mmdebstrap)"};
  argv.insert(argv.end(), {debootstrap, "--variant=minbase", include, wished, target});
  if (!mirrors.empty()) { // one, and only its address
    std::istringstream words{mirrors.front()};
    std::string deb, address;
    words >> deb >> address;
    argv.push_back(address);
  }
  return argv;
}

} // namespace strata
