// SPDX-License-Identifier: MIT
#include "isolation/wire/frame.hpp"

#include <cerrno>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

namespace strata::wire {

namespace {

struct ends {
  unique_fd ours, theirs;
};

ends make_ends() {
  int pair[2];
  EXPECT_EQ(::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair), 0);
  return {unique_fd{pair[0]}, unique_fd{pair[1]}};
}

void send_raw(const unique_fd& socket, frame_header header, const std::string& body, int fd = -1) {
  iovec parts[2]{{&header, sizeof header}, {const_cast<char*>(body.data()), body.size()}};
  msghdr packet{};
  packet.msg_iov = parts;
  packet.msg_iovlen = 2;
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof fd)]{};
  if (fd >= 0) {
    packet.msg_control = control;
    packet.msg_controllen = sizeof control;
    auto* rights = CMSG_FIRSTHDR(&packet);
    rights->cmsg_level = SOL_SOCKET;
    rights->cmsg_type = SCM_RIGHTS;
    rights->cmsg_len = CMSG_LEN(sizeof fd);
    std::memcpy(CMSG_DATA(rights), &fd, sizeof fd);
  }
  ASSERT_GE(::sendmsg(socket.get(), &packet, 0), 0);
}

} // namespace

TEST(frame, round_trips_bodies_of_every_size) {
  auto both = make_ends();
  for (std::size_t size : {std::size_t{0}, std::size_t{1}, max_inline_body, max_inline_body + 1, max_body}) {
    std::string body(size, 'b');
    ASSERT_EQ(send_frame(both.ours.get(), message::run, 7, body), 0) << size;
    frame got;
    ASSERT_EQ(receive_frame(both.theirs.get(), got), received::got) << size;
    EXPECT_EQ(got.type, message::run);
    EXPECT_EQ(got.number, 7u);
    EXPECT_EQ(got.body, body);
    EXPECT_TRUE(got.fds.empty());
  }
  EXPECT_EQ(send_frame(both.ours.get(), message::run, 7, std::string(max_body + 1, 'b')), EMSGSIZE);
}

TEST(frame, carries_descriptors_close_on_exec) {
  auto both = make_ends();
  std::vector<int> fds(max_descriptors, both.ours.get());
  ASSERT_EQ(send_frame(both.ours.get(), message::run, 1, "x", fds), 0);
  frame got;
  ASSERT_EQ(receive_frame(both.theirs.get(), got), received::got);
  ASSERT_EQ(got.fds.size(), max_descriptors);
  EXPECT_EQ(::fcntl(got.fds[0].get(), F_GETFD), FD_CLOEXEC);
  fds.push_back(both.ours.get());
  EXPECT_EQ(send_frame(both.ours.get(), message::run, 1, "x", fds), EMSGSIZE);
  fds.pop_back();
  EXPECT_EQ(send_frame(both.ours.get(), message::run, 1, std::string(max_inline_body + 1, 'x'), fds), EMSGSIZE);
}

TEST(frame, tells_full_empty_and_closed) {
  auto both = make_ends();
  frame got;
  EXPECT_EQ(receive_frame(both.theirs.get(), got), received::would_block);
  int failed = 0;
  while ((failed = send_frame(both.ours.get(), message::run, 1, "x")) == 0) {
  }
  EXPECT_EQ(failed, EAGAIN);
  while (receive_frame(both.theirs.get(), got) == received::got) {
  }
  both.ours.reset();
  EXPECT_EQ(receive_frame(both.theirs.get(), got), received::closed);
  EXPECT_EQ(send_frame(both.theirs.get(), message::run, 1, "x"), EPIPE);
}

TEST(frame, refuses_what_is_no_frame) {
  auto both = make_ends();
  frame got;
  auto received_for = [&](frame_header header, const std::string& body, int fd = -1) {
    send_raw(both.ours, header, body, fd);
    return receive_frame(both.theirs.get(), got);
  };
  ASSERT_EQ(::send(both.ours.get(), "abc", 3, 0), 3);
  EXPECT_EQ(receive_frame(both.theirs.get(), got), received::malformed);
  EXPECT_EQ(received_for({message::run, 1, 5, 0}, "four"), received::malformed);
  EXPECT_EQ(received_for({message::run, 1, 3, 0}, "four"), received::malformed);
  EXPECT_EQ(received_for({message::run, 1, 4, 2}, "four"), received::malformed);
  EXPECT_EQ(received_for({message::run, 1, 4, in_memfd}, ""), received::malformed);
  auto too_long = static_cast<std::uint32_t>(max_inline_body + 1);
  EXPECT_EQ(received_for({message::run, 1, too_long, 0}, std::string(too_long, 'x')), received::malformed);
}

TEST(frame, takes_a_large_body_from_a_sealed_memfd_only) {
  auto both = make_ends();
  frame got;
  auto received_for = [&](const unique_fd& body, std::uint32_t size) {
    send_raw(both.ours, {message::run, 1, size, in_memfd}, "", body.get());
    return receive_frame(both.theirs.get(), got);
  };
  unique_fd memory{::memfd_create("body", MFD_CLOEXEC | MFD_ALLOW_SEALING)};
  ASSERT_EQ(::write(memory.get(), "body", 4), 4);
  EXPECT_EQ(received_for(memory, 4), received::malformed);
  ASSERT_EQ(::fcntl(memory.get(), F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW), 0);
  EXPECT_EQ(received_for(memory, 4), received::got);
  EXPECT_EQ(got.body, "body");
  EXPECT_EQ(received_for(memory, 5), received::malformed);
  EXPECT_EQ(received_for(memory, static_cast<std::uint32_t>(max_body + 1)), received::malformed);
  int pipe[2];
  ASSERT_EQ(::pipe2(pipe, O_CLOEXEC), 0);
  unique_fd read{pipe[0]};
  unique_fd write{pipe[1]};
  EXPECT_EQ(received_for(read, 4), received::malformed); // a read of it would block
}

} // namespace strata::wire
