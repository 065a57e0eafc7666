// SPDX-License-Identifier: MIT
#include "isolation/files/body_to_file.hpp"

#include "isolation/files/replacement.hpp"

#include <cerrno>
#include <fcntl.h>
#include <unistd.h>

namespace strata::files {

outcome body_to_file::take(const wire::files_head& head, bool& broken_off) {
  int ends[2];
  if (!std::exchange(tried_, true) && ::pipe2(ends, O_CLOEXEC) == 0) {
    out_.reset(ends[0]);
    in_.reset(ends[1]);
    ::fcntl(in_.get(), F_SETPIPE_SZ, 256 << 10); // one page holds one fragment of what the socket has
  }
  return in_ ? splice(head.length, broken_off) : copy(head, broken_off);
}

outcome body_to_file::copy(const wire::files_head& head, bool& broken_off) {
  broken_off = !from_.receive_body(head, bytes_);
  return broken_off ? outcome{} : write_all(file_, bytes_, path_);
}

outcome body_to_file::splice(std::size_t length, bool& broken_off) {
  while (length > 0) {
    const auto got = ::splice(from_.socket(), nullptr, in_.get(), nullptr, length, SPLICE_F_MOVE);
    if (got < 0 && errno == EINTR)
      continue;
    broken_off = got <= 0;
    if (broken_off)
      return {};
    length -= static_cast<std::size_t>(got);
    if (auto problem = empty_pipe(static_cast<std::size_t>(got)))
      return problem;
    if (!in_ && length > 0)
      return copy({wire::files_message::data, static_cast<std::uint32_t>(length)}, broken_off);
  }
  return {};
}

outcome body_to_file::empty_pipe(std::size_t length) {
  while (length > 0) {
    auto put = ::splice(out_.get(), nullptr, file_.get(), nullptr, length, SPLICE_F_MOVE);
    if (put < 0 && errno == EINTR)
      continue;
    if (put < 0 && errno == EINVAL) { // it cannot be spliced to: from now on it is copied
      in_.reset();
      bytes_.resize(length);
      put = ::read(out_.get(), bytes_.data(), length);
      if (put > 0)
        if (auto problem = write_all(file_, std::string_view{bytes_}.substr(0, static_cast<std::size_t>(put)), path_))
          return problem;
    }
    if (put <= 0)
      return failed("write", path_);
    length -= static_cast<std::size_t>(put);
  }
  return {};
}

} // namespace strata::files
