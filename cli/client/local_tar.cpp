// SPDX-License-Identifier: MIT
#include "cli/client/local_tar.hpp"

#include <fmt/format.h>
#include <sys/wait.h>

namespace strata::client {

std::string quoted_word(const std::string& text) {
  std::string word = "'";
  for (const char each : text)
    word += each == '\'' ? std::string{"'\\''"} : std::string(1, each);
  return word + '\'';
}

result<local_tar> local_tar::start(const std::string& options, const std::string& directory, const char* mode) {
  auto* const pipe = ::popen(fmt::format("exec tar -C {} {}", quoted_word(directory), options).c_str(), mode);
  if (pipe == nullptr)
    return errno_error("start", "tar");
  return local_tar{pipe, directory};
}

result<local_tar> local_tar::pack(const std::string& directory) { return start("-cf - .", directory, "re"); }

result<local_tar> local_tar::unpack(const std::string& directory) { return start("--no-same-owner -xf -", directory, "we"); }

local_tar::~local_tar() {
  if (pipe_ != nullptr)
    ::pclose(pipe_);
}

result<std::string> local_tar::read() {
  std::string piece(256 << 10, '\0');
  piece.resize(std::fread(piece.data(), 1, piece.size(), pipe_));
  if (piece.empty() && std::ferror(pipe_) != 0)
    return errno_error("read", what_);
  return piece;
}

result<void> local_tar::write(std::string_view bytes) {
  if (std::fwrite(bytes.data(), 1, bytes.size(), pipe_) != bytes.size())
    return errno_error("write", what_);
  return {};
}

result<void> local_tar::finish() {
  const int status = ::pclose(std::exchange(pipe_, nullptr));
  if (status == 0)
    return {};
  return error{errc::internal, fmt::format("copy {}: tar failed", what_)};
}

} // namespace strata::client
