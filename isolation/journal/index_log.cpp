// SPDX-License-Identifier: MIT
#include "isolation/journal/index_log.hpp"

#include "isolation/journal/journal_place.hpp"

#include <cerrno>
#include <chrono>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace strata {

namespace {

struct stored_header {
  char magic[8];
  std::uint64_t head_slots;
  std::uint64_t tail_slot;
  std::int64_t before_tail;                         ///< offset up to which everything was dropped or is in the head
  std::int64_t streams_before_tail[output_streams]; ///< the same within each stream
  std::uint64_t reserved;
};
static_assert(sizeof(stored_header) == 64);

struct stored_entry {
  std::int64_t offset, in_stream, length, time_us;
  std::uint32_t stream, lost;
};
static_assert(sizeof(stored_entry) == 40);

constexpr char magic[8] = {'s', 't', 'r', 'a', 't', 'a', 'J', '1'};

off_t place_of(std::uint64_t slot) { return static_cast<off_t>(sizeof(stored_header) + slot * sizeof(stored_entry)); }

template <class Pod> int put_at(int file, off_t at, const Pod& what) {
  const auto wrote = ::pwrite(file, &what, sizeof what, at);
  return wrote == sizeof what ? 0 : wrote < 0 ? errno : ENOSPC;
}

template <class Pod> bool get_at(int file, off_t at, Pod& what) { return ::pread(file, &what, sizeof what, at) == sizeof what; }

int put_header(int file, const journal_index& index) {
  stored_header header{};
  std::memcpy(header.magic, magic, sizeof magic);
  header.head_slots = index.head_slots();
  header.tail_slot = index.tail_slot();
  const auto before = index.before_tail();
  header.before_tail = before.offset;
  std::copy(before.streams.begin(), before.streams.end(), header.streams_before_tail);
  return put_at(file, 0, header);
}

int put_entry(int file, std::uint64_t slot, const index_entry& entry) {
  return put_at(file, place_of(slot),
                stored_entry{entry.offset, entry.in_stream, entry.length, entry.time_us, static_cast<std::uint32_t>(entry.stream),
                             entry.lost});
}

error malformed(std::string_view what) { return {errc::internal, "read journal index: " + std::string{what}}; }

result<void> read_entries(int file, journal_index& index) {
  stored_header header{};
  struct stat status {};
  if (!get_at(file, 0, header) || std::memcmp(header.magic, magic, sizeof magic) != 0 || ::fstat(file, &status) != 0)
    return malformed("no header");
  const auto slots = static_cast<std::uint64_t>(status.st_size - place_of(0)) / sizeof(stored_entry);
  if (header.head_slots > slots || header.tail_slot < header.head_slots || header.tail_slot > slots)
    return malformed("slots out of range");
  const auto load = [&](std::uint64_t slot) {
    stored_entry entry{};
    return get_at(file, place_of(slot), entry) && entry.stream < output_streams
           && index.load({entry.offset, entry.in_stream, entry.length, entry.time_us, static_cast<output_stream>(entry.stream),
                          entry.lost != 0},
                         slot < header.head_slots && header.tail_slot > header.head_slots);
  };
  for (std::uint64_t slot = 0; slot < header.head_slots; ++slot)
    if (!load(slot))
      return malformed("bad entry");
  journal_index::position before{header.before_tail, {}};
  std::copy(std::begin(header.streams_before_tail), std::end(header.streams_before_tail), before.streams.begin());
  if (header.tail_slot > header.head_slots && !index.load_gap(header.tail_slot, before))
    return malformed("bad gap");
  for (auto slot = header.tail_slot; slot < slots; ++slot)
    if (!load(slot))
      return malformed("bad entry");
  return {};
}

} // namespace

int index_log::move_to(unique_fd file, const journal_index& index) {
  int failed = put_header(file.get(), index);
  index.for_each([&](std::uint64_t slot, const index_entry& entry) {
    if (failed == 0)
      failed = put_entry(file.get(), slot, entry);
  });
  if (failed == 0)
    file_ = std::move(file);
  return failed;
}

unique_fd index_log::duplicate() const { return reopen_file(file_, O_RDONLY); }

int index_log::put(std::uint64_t slot, const index_entry& entry) { return file_ ? put_entry(file_.get(), slot, entry) : 0; }

int index_log::trimmed(const journal_index& index) {
  if (!file_)
    return 0;
  if (const int failed = put_header(file_.get(), index))
    return failed;
  const auto from = place_of(index.head_slots());
  ::fallocate(file_.get(), FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, from, place_of(index.tail_slot()) - from);
  return 0;
}

result<journal_index> read_index(int file, journal_index::bounds limits, const std::array<std::int64_t, output_streams>& sizes) {
  journal_index index{limits};
  if (file >= 0)
    STRATA_CHECK(read_entries(file, index));
  const auto now =
    std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::system_clock::now().time_since_epoch()).count();
  for (std::size_t stream = 0; stream < output_streams; ++stream) {
    const auto known = index.bytes(static_cast<output_stream>(stream));
    if (sizes[stream] < known)
      return malformed("a stream is shorter than it tells");
    if (sizes[stream] > known)
      index.add(static_cast<output_stream>(stream), sizes[stream] - known, now);
  }
  return index;
}

} // namespace strata
