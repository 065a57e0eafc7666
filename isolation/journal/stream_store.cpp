// SPDX-License-Identifier: MIT
#include "isolation/journal/stream_store.hpp"

#include "isolation/journal/journal_place.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

namespace strata {

namespace {

constexpr std::size_t chunk_size = 64 * 1024;

int write_all(int file, std::string_view bytes) {
  while (!bytes.empty()) {
    const auto wrote = ::write(file, bytes.data(), bytes.size());
    if (wrote < 0 && errno != EINTR)
      return errno;
    bytes.remove_prefix(wrote < 0 ? 0 : static_cast<std::size_t>(wrote));
  }
  return 0;
}

/// 0 or errno; fewer bytes at the end of the file.
int read_at(int file, std::int64_t at, std::size_t length, bool may_block, std::string& into) {
  const auto begin = into.size();
  into.resize(begin + length);
  std::size_t done = 0;
  while (done < length) {
    iovec part{into.data() + begin + done, length - done};
    const auto got = ::preadv2(file, &part, 1, at + static_cast<std::int64_t>(done), may_block ? 0 : RWF_NOWAIT);
    if (got < 0 && errno == EINTR)
      continue;
    if (got < 0 && errno == EOPNOTSUPP && !may_block) {
      may_block = true; // a file system in memory: there is nothing to wait for
      continue;
    }
    if (got < 0) {
      into.resize(begin);
      return errno;
    }
    if (got == 0)
      break;
    done += static_cast<std::size_t>(got);
  }
  into.resize(begin + done);
  return 0;
}

} // namespace

std::shared_ptr<const unique_fd> stream_store::file() const {
  std::unique_lock guard{mutex_};
  if (file_ || !open_)
    return file_;
  const auto open = open_;
  guard.unlock();
  return std::make_shared<const unique_fd>(open());
}

stream_store::taken stream_store::take(int pipe, std::size_t most) {
  const auto to = file();
  thread_local std::array<char, chunk_size> chunk;
  ssize_t got = 0;
  do {
    got = to ? ::splice(pipe, nullptr, to->get(), nullptr, most, SPLICE_F_MOVE | SPLICE_F_NONBLOCK)
             : ::read(pipe, chunk.data(), std::min(most, chunk.size()));
  } while (got < 0 && errno == EINTR);
  if (got <= 0)
    return {0, got < 0 ? errno : 0};
  std::lock_guard guard{mutex_};
  if (!to)
    memory_.append(chunk.data(), static_cast<std::size_t>(got));
  size_ += got;
  return {static_cast<std::size_t>(got), 0};
}

int stream_store::append(std::string_view bytes) {
  if (const auto to = file())
    if (const int failed = write_all(to->get(), bytes))
      return failed;
  std::lock_guard guard{mutex_};
  if (!file_)
    memory_ += bytes;
  size_ += static_cast<std::int64_t>(bytes.size());
  return 0;
}

int stream_store::skip(std::int64_t bytes) {
  const auto to = file();
  // Sparse: it takes nothing from a full disk.
  if (to && (::ftruncate(to->get(), size() + bytes) != 0 || ::lseek(to->get(), 0, SEEK_END) < 0))
    return errno;
  std::lock_guard guard{mutex_};
  if (!file_)
    memory_.resize(memory_.size() + static_cast<std::size_t>(bytes));
  size_ += bytes;
  return 0;
}

int stream_store::read(std::int64_t at, std::size_t length, bool may_block, std::string& into) const {
  if (const auto from = file())
    return read_at(from->get(), at, length, may_block, into);
  std::lock_guard guard{mutex_};
  if (static_cast<std::size_t>(at) < memory_.size())
    into.append(memory_, static_cast<std::size_t>(at), length);
  return 0;
}

int stream_store::move_to(unique_fd file, bool disk, const std::function<int()>& commit) {
  std::string bytes;
  if (const int failed = read(0, static_cast<std::size_t>(size()), true, bytes))
    return failed;
  if (const int failed = write_all(file.get(), bytes))
    return failed;
  if (const int failed = commit ? commit() : 0)
    return failed;
  std::lock_guard guard{mutex_};
  file_ = std::make_shared<const unique_fd>(std::move(file));
  disk_ = disk;
  memory_ = {};
  return 0;
}

void stream_store::settle(std::function<unique_fd()> open) {
  if (is_on_disk()) {
    std::lock_guard guard{mutex_};
    open_ = std::move(open);
    return file_.reset();
  }
  std::string bytes;
  if (is_in_memory() || read(0, static_cast<std::size_t>(size()), true, bytes) != 0)
    return;
  bytes.shrink_to_fit();
  std::lock_guard guard{mutex_};
  memory_ = std::move(bytes);
  file_.reset();
}

void stream_store::drop(std::int64_t from, std::int64_t to) {
  if (const auto of = file())
    ::fallocate(of->get(), FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, from, to - from);
}

std::int64_t stream_store::size() const {
  std::lock_guard guard{mutex_};
  return size_;
}

bool stream_store::is_in_memory() const { return file() == nullptr; }

bool stream_store::is_on_disk() const {
  std::lock_guard guard{mutex_};
  return disk_;
}

unique_fd stream_store::duplicate() const {
  const auto of = file();
  return of ? reopen_file(*of, O_RDONLY) : unique_fd{};
}

result<std::int64_t> stream_store::adopt(unique_fd file, bool disk) {
  auto ours = reopen_file(file, O_RDWR);
  struct stat status {};
  if (!ours || ::fstat(ours.get(), &status) != 0 || ::lseek(ours.get(), 0, SEEK_END) < 0)
    return errno_error("adopt output");
  if (!S_ISREG(status.st_mode))
    return error{errc::internal, "adopt output: it is no file"};
  std::lock_guard guard{mutex_};
  file_ = std::make_shared<const unique_fd>(std::move(ours));
  size_ = status.st_size;
  disk_ = disk;
  return size_;
}

} // namespace strata
