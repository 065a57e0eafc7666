// SPDX-License-Identifier: MIT
#include "isolation/files/list.hpp"

#include "isolation/files/info.hpp"
#include "isolation/files/ordered_walk.hpp"

#include <algorithm>

namespace strata::files {

namespace {

/// Descriptors and stack grow with the depth.
constexpr std::uint32_t deepest_list = 32;
constexpr std::size_t max_page_bytes = 4 << 20; // beside what else an entry takes

} // namespace

outcome list(const wire::files_list& asked, wire::files_page& into) {
  const auto path = real_path(asked.path);
  if (!path)
    return refused(wire::file_problem::malformed, "list", asked.path);
  const int fd = ::open(path->c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const directory_stream top{fd < 0 ? nullptr : ::fdopendir(fd)};
  if (!top)
    return failed("list", *path);
  const auto limit = std::clamp<std::uint32_t>(asked.limit, 1, wire::max_page_entries);
  std::size_t bytes = 0;
  const auto visit = [&](int directory, const std::string& name, const std::string& below) {
    if (into.entries.size() == limit || bytes > max_page_bytes) {
      into.more = true;
      return ordered_walk::step::stop;
    }
    auto info = info_at(directory, name, below);
    if (!info) // it has gone meanwhile
      return ordered_walk::step::on;
    bytes += info->path.size() + info->target.size();
    into.entries.push_back(std::move(*info));
    return into.entries.back().type == wire::file_type::directory ? ordered_walk::step::into : ordered_walk::step::on;
  };
  ordered_walk walk{asked.hidden};
  walk.walk(top.get(), "", std::clamp<std::uint32_t>(asked.depth, 1, deepest_list), asked.after, visit);
  into.unreadable = walk.unreadable();
  return {};
}

} // namespace strata::files
