// SPDX-License-Identifier: MIT
// Files that are read where they are: opened inside, passed on, and looked at before they are believed.
#include "isolation/disk_file.hpp"
#include "isolation/passed_descriptor.hpp"
#include "tests/files/workers_fixture.hpp"

#include <filesystem>
#include <sys/mman.h>
#include <sys/uio.h>

using namespace strata;
using namespace strata::test;

namespace {

class file_in_place_test : public file_workers_test {
protected:
  result<opened_file> open(const std::string& path, std::int64_t offset = 0, std::int64_t length = -1) {
    auto [done, coming] = expecting<opened_file>();
    pool().read("", {path, offset, length, true}, done);
    return coming->future.get();
  }
  /// What the pool makes of such an answer, from one who stands in for the program.
  result<opened_file> told(const std::vector<int>& descriptors) {
    silent_ = true;
    auto [done, coming] = expecting<opened_file>();
    pool().read("", {"/x", 0, -1, true}, done);
    EXPECT_TRUE(wait([&] { return !silent_ends_.empty(); }));
    wire::file_info info;
    info.size = 1 << 20;
    const auto body = wire::encode(info);
    const wire::files_head head{files_message::info, static_cast<std::uint32_t>(body.size())};
    const auto packet = std::string{reinterpret_cast<const char*>(&head), sizeof head} + body;
    send_all(silent_ends_.back().get(), packet, descriptors);
    auto opened = coming->future.get();
    silent_ends_.clear();
    return opened;
  }
  static std::size_t descriptors() {
    return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator{"/proc/self/fd"}, {}));
  }

private:
  static void send_all(int socket, const std::string& packet, const std::vector<int>& descriptors) {
    iovec part{const_cast<char*>(packet.data()), packet.size()};
    alignas(cmsghdr) char rights[CMSG_SPACE(4 * sizeof(int))] = {};
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_control = rights;
    message.msg_controllen = CMSG_SPACE(descriptors.size() * sizeof(int));
    auto* const header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(descriptors.size() * sizeof(int));
    std::memcpy(CMSG_DATA(header), descriptors.data(), descriptors.size() * sizeof(int));
    ASSERT_EQ(::sendmsg(socket, &message, MSG_NOSIGNAL), static_cast<ssize_t>(packet.size()));
  }
};

std::string read_at(int file, std::size_t size, off_t at) {
  std::string bytes(size, ' ');
  bytes.resize(static_cast<std::size_t>(std::max<ssize_t>(::pread(file, bytes.data(), size, at), 0)));
  return bytes;
}

} // namespace

TEST_F(file_in_place_test, is_a_long_one_and_its_program_serves_again) {
  const std::string bytes = std::string(100'000, 'a') + std::string(100'000, 'b');
  fill(in / "long", bytes);
  fill(in / "short", "content");
  auto whole = open(in / "long").value();
  ASSERT_TRUE(whole.file);
  EXPECT_FALSE(whole.bytes);
  EXPECT_EQ(whole.info.size, 200'000);
  EXPECT_TRUE(read_at(whole.file->descriptor(), 200'001, 0) == bytes);
  EXPECT_FALSE(whole.file->is_lost());
  EXPECT_EQ(::write(whole.file->descriptor(), "x", 1), -1); // it is for reading
  whole.file.reset();
  EXPECT_TRUE(open(in / "long", -100'000).value().file);
  EXPECT_TRUE(open(in / "long", 10, 10).value().bytes);
  EXPECT_TRUE(open(in / "short").value().bytes);
  EXPECT_EQ(open(in / "none").error().code, errc::file_not_found);
  EXPECT_EQ(read(in / "short").value(), "content");
  EXPECT_LE(started_, 6);
  const int before = started_;
  EXPECT_TRUE(stat(in / "short"));
  EXPECT_EQ(started_, before);
}

TEST_F(file_in_place_test, is_lost_when_its_program_or_its_sandbox_ends) {
  fill(in / "long", std::string(200'000, 'a'));
  auto one = open(in / "long").value();
  ASSERT_TRUE(one.file);
  kill_process(programs_.at("files-1"));
  while (!one.file->is_lost())
    std::this_thread::yield();
  one.file.reset();
  auto other = open(in / "long").value();
  ASSERT_TRUE(other.file);
  pool().close();
  while (!other.file->is_lost())
    std::this_thread::yield();
}

TEST_F(file_in_place_test, is_nothing_that_runs_code_of_others_or_tells_its_reader_more) {
  int ends[2];
  ASSERT_EQ(::pipe2(ends, O_CLOEXEC), 0);
  const unique_fd out{ends[0]}, into{ends[1]}, proc{::open("/proc/self/status", O_RDONLY | O_CLOEXEC)},
    sysfs{::open("/sys/kernel/notes", O_RDONLY | O_CLOEXEC)}, device{::open("/dev/zero", O_RDONLY | O_CLOEXEC)},
    directory{::open("/", O_RDONLY | O_CLOEXEC)}, memory{::memfd_create("x", MFD_CLOEXEC)};
  for (const auto* each : {&out, &proc, &sysfs, &device, &directory}) {
    EXPECT_FALSE(is_disk_file(each->get()));
    if (each->get() >= 0) { // there may be no sysfs
      EXPECT_EQ(told({each->get()}).error().code, errc::session_lost);
    }
  }
  EXPECT_TRUE(told({memory.get()}).value().file);
}

TEST_F(file_in_place_test, of_several_descriptors_at_once_none_stays_open) {
  const unique_fd memory{::memfd_create("x", MFD_CLOEXEC)};
  { const auto first = told({memory.get()}); } // what is made at the first time is made
  const auto before = descriptors();
  auto opened = told({memory.get(), memory.get(), memory.get()});
  if (opened)
    opened->file.reset();
  while (descriptors() > before)
    std::this_thread::yield();
}
