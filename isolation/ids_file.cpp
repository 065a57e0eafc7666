// SPDX-License-Identifier: MIT
#include "isolation/ids_file.hpp"

#include "isolation/open_beneath.hpp"

#include <array>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <fcntl.h>
#include <fmt/format.h>
#include <string_view>
#include <sys/stat.h>
#include <unistd.h>

namespace strata {

namespace {

constexpr char file_name[] = "ids";
constexpr char unfinished_name[] = "ids.new";

std::string_view spelling(id_map_kind kind) {
  switch (kind) {
  case id_map_kind::range: return "range";
  case id_map_kind::subid_range: return "subid_range";
  case id_map_kind::single: break;
  }
  return "single";
}

std::optional<id_map> parse(std::string_view text) {
  for (const auto kind : {id_map_kind::range, id_map_kind::subid_range, id_map_kind::single}) {
    if (!text.starts_with(fmt::format("{} ", spelling(kind))))
      continue;
    id_map ids{kind, {}, true};
    const auto* end = text.data() + text.size();
    const auto first = std::from_chars(text.data() + spelling(kind).size() + 1, end, ids.range.first);
    if (first.ec != std::errc{} || first.ptr == end || *first.ptr != ' ')
      return std::nullopt;
    const auto count = std::from_chars(first.ptr + 1, end, ids.range.count);
    if (count.ec != std::errc{} || std::string_view{count.ptr, end} != "\n" || ids.range.count == 0)
      return std::nullopt;
    return ids;
  }
  return std::nullopt;
}

} // namespace

result<void> write_ids(int directory, const id_map& ids) {
  const auto line = fmt::format("{} {} {}\n", spelling(ids.kind), ids.range.first, ids.range.count);
  ::unlinkat(directory, unfinished_name, 0);
  const auto file = open_beneath(directory, unfinished_name, O_WRONLY | O_CREAT | O_EXCL, 0600);
  if (!file)
    return errno_error("make the file ids of a session");
  const auto written = ::write(file.get(), line.data(), line.size());
  if (written != static_cast<ssize_t>(line.size()))
    return errno_error("write the file ids of a session", {}, written < 0 ? errno : ENOSPC);
  if (::renameat(directory, unfinished_name, directory, file_name) != 0)
    return errno_error("finish the file ids of a session");
  return {};
}

result<std::optional<id_map>> read_ids(int directory) {
  const auto file = open_beneath(directory, file_name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  if (!file && errno == ENOENT)
    return std::optional<id_map>{};
  struct stat status {};
  if (!file || ::fstat(file.get(), &status) != 0)
    return errno_error("open the file ids of a session");
  std::array<char, 128> text{};
  const auto size = S_ISREG(status.st_mode) ? ::read(file.get(), text.data(), text.size()) : 0;
  if (size < 0)
    return errno_error("read the file ids of a session");
  auto ids = parse({text.data(), static_cast<std::size_t>(size)});
  if (!ids)
    return error{errc::internal, "read the file ids of a session: malformed"};
  return ids;
}

} // namespace strata
