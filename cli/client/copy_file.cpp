// SPDX-License-Identifier: MIT
#include "cli/client/copy_file.hpp"

#include "cli/client/console.hpp"
#include "cli/client/file_transfer.hpp"
#include "cli/client/transfer_progress.hpp"

#include <cstdio>
#include <filesystem>
#include <fmt/format.h>
#include <memory>
#include <optional>
#include <sys/stat.h>
#include <unistd.h>

namespace strata::client {

namespace {

namespace fs = std::filesystem;

struct close_file {
  void operator()(std::FILE* file) const noexcept { std::fclose(file); }
};
using open_file = std::unique_ptr<std::FILE, close_file>;

/// Beside the target, whose place it takes when all of it is there.
class fresh_file {
public:
  explicit fresh_file(std::string target) : target_{std::move(target)}, name_{target_ + ".XXXXXX"} {
    fd_ = ::mkstemp(name_.data());
    if (fd_ >= 0)
      file_.reset(::fdopen(fd_, "wb"));
  }
  ~fresh_file() {
    if (fd_ >= 0 && !name_.empty())
      ::unlink(name_.c_str());
  }
  fresh_file(const fresh_file&) = delete;
  fresh_file& operator=(const fresh_file&) = delete;

  int fd() const noexcept { return fd_; }
  result<void> put(mode_t mode) {
    if (::fchmod(fd_, mode) != 0 || ::rename(name_.c_str(), target_.c_str()) != 0)
      return errno_error("write", target_);
    name_.clear();
    return {};
  }

private:
  const std::string target_;
  std::string name_;
  int fd_ = -1;
  open_file file_;
};

} // namespace

result<int> copy_file_in(const invocation& given, connection_to_server& server, const std::string& from, const copy_place& to) {
  const open_file source{std::fopen(from.c_str(), "rbe")};
  struct stat seen {};
  if (!source || ::fstat(::fileno(source.get()), &seen) != 0)
    return errno_error("open", from);
  if (S_ISDIR(seen.st_mode))
    return error{errc::is_a_directory, fmt::format("copy {}: it is a directory (-r copies it with all that is in it)", from)};
  STRATA_TRY(const auto name, parse_session_name(to.session, server.owner()));
  v1::WriteRequest::Open open;
  *open.mutable_session() = ref_of(name);
  open.set_user(given.value("--as"));
  open.set_mode(seen.st_mode & 0777);
  STRATA_TRY(*open.mutable_path(), remote_target(server, open.session(), to, open.user(), last_step(from)));
  transfer_progress progress{open.path(), seen.st_size, given.has("--quiet")};
  STRATA_CHECK(upload(server, open, [&]() -> result<std::string> {
    std::string piece(256 << 10, '\0');
    const auto got = ::read(::fileno(source.get()), piece.data(), piece.size());
    if (got < 0)
      return errno_error("read", from);
    piece.resize(static_cast<std::size_t>(got));
    progress.add(got);
    return piece;
  }));
  return 0;
}

result<int> copy_file_out(const invocation& given, connection_to_server& server, const copy_place& from, const std::string& to) {
  STRATA_TRY(const auto name, parse_session_name(from.session, server.owner()));
  v1::ReadRequest request;
  *request.mutable_session() = ref_of(name);
  request.set_path(from.path);
  request.set_user(given.value("--as"));
  std::error_code ignored;
  const auto target = fs::is_directory(to, ignored) || to.ends_with('/') ? (fs::path{to} / last_step(from.path)).string() : to;
  std::optional<fresh_file> file;
  std::optional<transfer_progress> progress;
  mode_t mode = 0;
  STRATA_CHECK(download(
    server, request,
    [&](const v1::File& info) -> result<void> {
      mode = info.mode() & 0777;
      if (file.emplace(target).fd() < 0)
        return errno_error("make", target);
      progress.emplace(from.path, info.size(), given.has("--quiet"));
      return {};
    },
    [&](std::string_view bytes) -> result<void> {
      if (!write_all(file->fd(), bytes))
        return errno_error("write", target);
      progress->add(static_cast<std::int64_t>(bytes.size()));
      return {};
    }));
  if (file)
    STRATA_CHECK(file->put(mode));
  return 0;
}

} // namespace strata::client
