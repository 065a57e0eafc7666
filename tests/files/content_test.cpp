// SPDX-License-Identifier: MIT
// What strata-files does with the content of files.
#include "tests/files/file_worker.hpp"

#include <cerrno>
#include <gmock/gmock.h>
#include <sys/stat.h>
#include <thread>

using namespace strata;
using namespace strata::test;
using wire::files_message;

namespace {

wire::files_write writing(const std::string& path) {
  wire::files_write asked;
  asked.path = path;
  return asked;
}

std::string etag_of(const std::string& path) {
  worker_alone worker;
  return worker.call(files_message::stat, wire::files_stat{path}).info.etag;
}

mode_t mode_of(const std::string& path) {
  struct stat seen {};
  ::stat(path.c_str(), &seen);
  return seen.st_mode & 07777;
}

} // namespace

TEST(file_write, makes_a_file_and_replaces_it_with_its_mode) {
  scratch_directory in;
  worker_alone worker;
  const auto path = in / "one";
  auto made = worker.write(writing(path), "hello");
  ASSERT_TRUE(made.is(files_message::info));
  EXPECT_TRUE(made.info.created);
  EXPECT_EQ(made.info.size, 5);
  EXPECT_EQ(made.info.mode, 0644U);
  EXPECT_EQ(made.info.etag, etag_of(path));
  ::chmod(path.c_str(), 0751);
  const std::string large(1'000'000, 'x');
  made = worker.write(writing(path), large);
  EXPECT_FALSE(made.info.created);
  EXPECT_EQ(content_of(path), large);
  EXPECT_EQ(mode_of(path), 0751U);
  auto asked = writing(path);
  asked.mode = 0600;
  EXPECT_TRUE(worker.write(asked, "").is(files_message::info));
  EXPECT_EQ(mode_of(path), 0600U);
  EXPECT_EQ(content_of(path), "");
  EXPECT_EQ(names_in(in.path), (std::vector<std::string>{"one"}));
}

TEST(file_write, that_breaks_off_changes_nothing_and_leaves_nothing) {
  scratch_directory in;
  const auto path = in / "one";
  fill(path, "old");
  {
    worker_alone worker;
    worker.ask(files_message::write, writing(path));
    worker.send(files_message::data, std::string(60'000, 'x'));
    worker.hang_up();
    worker.wait();
  }
  EXPECT_EQ(content_of(path), "old");
  EXPECT_EQ(names_in(in.path), (std::vector<std::string>{"one"}));
}

TEST(file_write, whose_program_is_killed_in_the_middle_leaves_the_old_file) {
  scratch_directory in;
  const auto path = in / "one";
  fill(path, "old");
  {
    worker_alone worker;
    worker.ask(files_message::write, writing(path));
    for (int i = 0; i < 100; ++i)
      worker.send(files_message::data, std::string(wire::max_files_data, 'x'));
  } // SIGKILL
  EXPECT_EQ(content_of(path), "old");
  worker_alone worker;
  EXPECT_TRUE(worker.write(writing(path), "new").is(files_message::info));
  EXPECT_EQ(content_of(path), "new");
}

TEST(file_write, heeds_etags) {
  scratch_directory in;
  const auto path = in / "one";
  const auto differs = [&](std::vector<std::string> if_match) {
    worker_alone worker;
    auto asked = writing(path);
    asked.if_match = std::move(if_match);
    return worker.write(asked, "new").refused(wire::file_problem::etag_differs);
  };
  EXPECT_TRUE(differs({"*"})); // there is none
  fill(path, "old");
  EXPECT_TRUE(differs({"other"}));
  EXPECT_EQ(content_of(path), "old");
  EXPECT_FALSE(differs({"other", etag_of(path)}));
  EXPECT_EQ(content_of(path), "new");
  EXPECT_FALSE(differs({"*"}));
  worker_alone worker;
  auto fresh = writing(path);
  fresh.must_be_new = true;
  EXPECT_TRUE(worker.write(fresh, "x").failed(EEXIST));
}

TEST(file_write, of_many_with_the_same_etag_one_wins) {
  scratch_directory in;
  const auto path = in / "one";
  fill(path, "old");
  auto asked = writing(path);
  asked.if_match = {etag_of(path)};
  constexpr int writers = 8;
  std::vector<worker_alone> workers(writers);
  for (int i = 0; i < writers; ++i) { // all of them are asked, and have their bytes, before any may end
    workers[i].ask(files_message::write, asked);
    workers[i].send(files_message::data, "by " + std::to_string(i));
  }
  int won = 0;
  std::vector<std::thread> threads;
  std::vector<worker_answer> answers(writers);
  for (int i = 0; i < writers; ++i)
    threads.emplace_back([&, i] {
      workers[i].send(files_message::end);
      answers[i] = workers[i].answer();
    });
  for (auto& each : threads)
    each.join();
  for (int i = 0; i < writers; ++i)
    if (answers[i].is(files_message::info)) {
      ++won;
      EXPECT_EQ(content_of(path), "by " + std::to_string(i));
    } else {
      EXPECT_TRUE(answers[i].refused(wire::file_problem::etag_differs));
    }
  EXPECT_EQ(won, 1);
}

TEST(file_write, makes_parents_when_asked_and_goes_where_a_link_leads) {
  scratch_directory in;
  auto asked = writing(in / "a/b/c");
  {
    worker_alone worker;
    EXPECT_TRUE(worker.write(asked, "x").failed(ENOENT));
  }
  asked.parents = true;
  worker_alone worker;
  EXPECT_TRUE(worker.write(asked, "x").is(files_message::info));
  EXPECT_EQ(content_of(in / "a/b/c"), "x");
  std::filesystem::create_symlink("a/b/c", in / "link");
  std::filesystem::create_symlink("link", in / "link2");
  EXPECT_TRUE(worker.write(writing(in / "link2"), "through").is(files_message::info));
  EXPECT_EQ(content_of(in / "a/b/c"), "through");
  EXPECT_TRUE(std::filesystem::is_symlink(in / "link"));
  std::filesystem::create_symlink("loop", in / "loop");
  EXPECT_TRUE(worker.write(writing(in / "loop"), "x").failed(ELOOP));
}

TEST(file_write, refuses_what_is_no_file) {
  scratch_directory in;
  ::mkfifo((in / "fifo").c_str(), 0600);
  for (const auto& [name, number] : std::vector<std::pair<std::string, int>>{{"", EISDIR}, {"/.", EISDIR}, {"/x/y", ENOENT}}) {
    worker_alone worker;
    EXPECT_TRUE(worker.write(writing(in.path.string() + name), "x").failed(number)) << name;
  }
  for (const bool append : {false, true}) {
    worker_alone worker;
    auto asked = writing(in / "fifo");
    asked.append = append;
    EXPECT_TRUE(worker.write(asked, "x").refused(wire::file_problem::not_a_regular_file)) << append;
  }
  for (const auto& path : {std::string{}, std::string{"a\0b", 3}, std::string(5000, 'x')}) {
    worker_alone worker;
    EXPECT_TRUE(worker.write(writing(path), "x").refused(wire::file_problem::malformed));
  }
}

TEST(file_append, adds_to_the_end) {
  scratch_directory in;
  worker_alone worker;
  auto asked = writing(in / "log");
  asked.append = true;
  EXPECT_TRUE(worker.write(asked, "one\n").info.created);
  const auto added = worker.write(asked, "two\n");
  EXPECT_FALSE(added.info.created);
  EXPECT_EQ(added.info.size, 8);
  EXPECT_EQ(content_of(in / "log"), "one\ntwo\n");
}

TEST(file_read, gives_a_range_or_all) {
  scratch_directory in;
  std::string bytes;
  for (int i = 0; i < 200'000; ++i)
    bytes += static_cast<char>(i * 7);
  fill(in / "one", bytes);
  worker_alone worker;
  auto got = worker.read({in / "one"});
  EXPECT_TRUE(got.is(files_message::end));
  EXPECT_EQ(got.data, bytes);
  EXPECT_EQ(got.info.size, 200'000);
  EXPECT_EQ(worker.read({in / "one", 5, 70'000}).data, bytes.substr(5, 70'000));
  EXPECT_EQ(worker.read({in / "one", 199'990, 100}).data, bytes.substr(199'990));
  EXPECT_EQ(worker.read({in / "one", 0, 0}).data, "");
  fill(in / "empty", "");
  EXPECT_TRUE(worker.read({in / "empty"}).is(files_message::end));
  EXPECT_FALSE(worker.read({"/proc/self/status"}).data.empty()); // says of itself that it is empty
}

TEST(file_read, begins_before_the_end_when_asked) {
  scratch_directory in;
  fill(in / "one", "0123456789");
  EXPECT_EQ(worker_alone{}.read({in / "one", -3}).data, "789");
  EXPECT_EQ(worker_alone{}.read({in / "one", -3, 2}).data, "78");
  EXPECT_EQ(worker_alone{}.read({in / "one", -30}).data, "0123456789");
  fill(in / "one", "");
  EXPECT_TRUE(worker_alone{}.read({in / "one", -3}).is(files_message::end));
}

TEST(file_read, refuses_what_is_no_file) {
  scratch_directory in;
  fill(in / "one", "x");
  ::mkfifo((in / "fifo").c_str(), 0600);
  EXPECT_TRUE(worker_alone{}.read({in.path}).failed(EISDIR));
  EXPECT_TRUE(worker_alone{}.read({in / "none"}).failed(ENOENT));
  EXPECT_TRUE(worker_alone{}.read({in / "one/x"}).failed(ENOTDIR));
  EXPECT_TRUE(worker_alone{}.read({in / "one", 1, 1}).failed(ERANGE));
  EXPECT_TRUE(worker_alone{}.read({"", 0, 1}).refused(wire::file_problem::malformed));
  EXPECT_TRUE(worker_alone{}.read({in / "fifo"}).refused(wire::file_problem::not_a_regular_file));
}

TEST(file_content, of_any_size_costs_the_same_memory) {
  scratch_directory in;
  worker_alone worker;
  worker.ask(files_message::write, writing(in / "large"));
  const std::string piece(wire::max_files_data, 'x');
  constexpr int pieces = 4096; // 256 MiB
  for (int i = 0; i < pieces; ++i)
    worker.send(files_message::data, piece);
  worker.send(files_message::end);
  EXPECT_EQ(worker.answer().info.size, std::int64_t{pieces} * wire::max_files_data);
  std::int64_t got = 0;
  worker.ask(files_message::read, wire::files_read{in / "large"});
  for (auto next = worker.answer(); !next.is(files_message::end); next = worker.answer()) {
    ASSERT_NE(next.what, files_message{});
    got += static_cast<std::int64_t>(next.data.size());
  }
  EXPECT_EQ(got, std::int64_t{pieces} * wire::max_files_data);
  EXPECT_LT(worker.peak_kib(), 4096);
}

TEST(file_requests, that_are_none_are_hung_up_on) {
  for (const auto& [what, body] :
       std::vector<std::pair<files_message, std::string>>{{files_message::stat, "x"},
                                                          {files_message{77}, ""},
                                                          {files_message::data, "x"},
                                                          {files_message::list, std::string(100, '\xff')}}) {
    worker_alone worker;
    worker.send(what, body);
    EXPECT_EQ(worker.answer().what, files_message{});
    worker.wait();
  }
}
