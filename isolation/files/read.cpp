// SPDX-License-Identifier: MIT
#include "isolation/files/read.hpp"

#include "isolation/disk_file.hpp"
#include "isolation/files/info.hpp"

#include <algorithm>
#include <fcntl.h>
#include <unistd.h>

namespace strata::files {

outcome read(const wire::files_read& asked, const channel& to) {
  const auto path = real_path(asked.path);
  if (!path)
    return refused(wire::file_problem::malformed, "read", asked.path);
  // O_NONBLOCK: a FIFO without a writer must not hold us; regular files do not heed it.
  const unique_fd file{::open(path->c_str(), O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)};
  struct stat seen {};
  if (!file || ::fstat(file.get(), &seen) != 0)
    return failed("read", *path);
  if (S_ISDIR(seen.st_mode))
    return failed("read", *path, EISDIR);
  if (!S_ISREG(seen.st_mode))
    return refused(wire::file_problem::not_a_regular_file, "read", *path);
  const auto begin = asked.offset < 0 ? std::max<std::int64_t>(seen.st_size + asked.offset, 0) : asked.offset;
  if (begin > 0 && begin >= seen.st_size)
    return failed("read", *path, ERANGE);
  const auto wished = asked.length < 0 ? INT64_MAX : asked.length;
  const bool is_long = std::min<std::int64_t>(wished, seen.st_size - begin) > static_cast<std::int64_t>(wire::max_files_data);
  if (asked.in_place && is_long && is_disk_file(file.get())) {
    to.tell(wire::files_message::info, info_of(seen, *path), file.get());
    return {};
  }
  if (!to.tell(wire::files_message::info, info_of(seen, *path)))
    return {};
  std::string bytes(wire::max_files_data, '\0');
  auto left = wished;
  for (auto at = begin; left > 0;) {
    const auto wanted = static_cast<std::size_t>(std::min<std::int64_t>(left, static_cast<std::int64_t>(bytes.size())));
    const auto got = ::pread(file.get(), bytes.data(), wanted, at);
    if (got < 0 && errno == EINTR)
      continue;
    if (got < 0)
      return failed("read", *path);
    if (got == 0)
      break;
    if (!to.send(wire::files_message::data, std::string_view{bytes}.substr(0, static_cast<std::size_t>(got))))
      return {};
    at += got;
    left -= got;
  }
  to.send(wire::files_message::end, {});
  return {};
}

} // namespace strata::files
