// SPDX-License-Identifier: MIT
// Where a journal's bytes lie: memory, memory that others hold as well, the disk.
#include "isolation/journal/journal.hpp"

#include <cerrno>
#include <fcntl.h>

namespace strata {

namespace {

constexpr auto index_part = "index";

} // namespace

/// From memory to a file: on the disk if there is a place, else an anonymous one. 0 or errno.
int journal::move_on(output_stream stream) {
  const auto part = to_string(stream);
  if (!place_) {
    auto file = make_memfd("strata-output");
    return file ? store(stream).move_to(std::move(file), false, {}) : errno;
  }
  auto file = place_->make(file_name(part));
  if (!file)
    return ENOSPC;
  const auto committed = [&] { return place_->commit(file_name(part)); };
  if (const int failed = store(stream).move_to(std::move(*file), true, committed)) {
    place_->remove(file_name(part));
    return failed;
  }
  std::lock_guard guard{mutex_};
  if (indexed_on_disk_)
    return 0;
  if (auto index = place_->make(file_name(index_part)); index && log_.move_to(std::move(*index), index_) == 0)
    indexed_on_disk_ = place_->commit(file_name(index_part)) == 0;
  return 0;
}

result<journal::kept_files> journal::keep(const std::vector<output_stream>& streams) {
  kept_files kept;
  for (const auto stream : streams) {
    auto& from = store(stream);
    if (from.is_in_memory()) {
      auto file = make_memfd("strata-output");
      if (!file || from.move_to(std::move(file), false, {}) != 0)
        return errno_error("keep output");
    }
    kept.streams[static_cast<std::size_t>(stream)] = from.duplicate();
  }
  std::lock_guard guard{mutex_};
  if (!log_.is_open()) {
    auto file = make_memfd("strata-index");
    if (!file || log_.move_to(std::move(file), index_) != 0)
      return errno_error("keep output");
  }
  kept.index = log_.duplicate();
  return kept;
}

void journal::settle() {
  for (std::size_t i = 0; i < output_streams; ++i)
    stores_[i].settle([place = place_, name = file_name(to_string(static_cast<output_stream>(i)))] { return place->open(name); });
  std::lock_guard guard{mutex_};
  log_.settle();
}

void journal::discard() {
  if (!place_)
    return;
  for (std::size_t i = 0; i < output_streams; ++i)
    if (stores_[i].is_on_disk())
      place_->remove(file_name(to_string(static_cast<output_stream>(i))));
  std::lock_guard guard{mutex_};
  place_->took(-index_.kept());
  if (indexed_on_disk_)
    place_->remove(file_name(index_part));
}

result<std::shared_ptr<journal>> journal::restore(bounds limits, std::shared_ptr<const journal_place> place, std::string name,
                                                  kept_files files) {
  auto log = make(limits);
  log->put_at(std::move(place), std::move(name));
  std::array<std::int64_t, output_streams> sizes{};
  for (std::size_t i = 0; i < output_streams; ++i) {
    auto on_disk = log->place_ ? log->place_->open(log->file_name(to_string(static_cast<output_stream>(i)))) : unique_fd{};
    const bool disk = static_cast<bool>(on_disk);
    auto file = disk ? std::move(on_disk) : std::move(files.streams[i]);
    if (!file)
      continue;
    STRATA_TRY(sizes[i], log->stores_[i].adopt(std::move(file), disk));
  }
  auto index = log->place_ ? log->place_->open(log->file_name(index_part)) : unique_fd{};
  log->indexed_on_disk_ = static_cast<bool>(index);
  if (!index)
    index = std::move(files.index);
  // None at all: it was killed before it had written the first. Then everything is what arrived last.
  STRATA_TRY(log->index_, read_index(index.get(), {limits.head_bytes, limits.tail_bytes}, sizes));
  if (index)
    log->log_.resume(reopen_file(index, O_RDWR));
  return log;
}

} // namespace strata
