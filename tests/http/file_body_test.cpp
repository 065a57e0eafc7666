// SPDX-License-Identifier: MIT
// Bodies that are not held in memory: a file that comes in while it is served, one that goes out as it is read.
#include "tests/http/live_server.hpp"
#include "tests/support/fake_transfers.hpp"

#include <algorithm>
#include <gmock/gmock.h>
#include <random>

using namespace strata;
using namespace strata::test;
using testing::HasSubstr;

namespace {

constexpr auto target = "/api/sessions/a/b/files?path=/x";

class file_bodies : public live_server {
protected:
  void takes(std::size_t room = SIZE_MAX) {
    door.answer<write_file>([this, room](const write_file&) {
      return file_upload{std::make_shared<fake_sink>(sunk_, room, error{errc::disk_full, "write /x: no space left on device"}),
                         true, "uid", nullptr};
    });
  }
  void gives(std::vector<std::string> pieces, std::int64_t announced, result<std::string> end = std::string{}) {
    door.answer<read_file>([=](const read_file& asked) {
      file_content content;
      content.info.size = announced;
      content.info.etag = "e1";
      content.offset = std::max<std::int64_t>(asked.offset, 0);
      content.length = asked.length.value_or(announced - content.offset);
      content.bytes = std::make_shared<fake_source>(pieces, end);
      return content;
    });
  }
  /// It is asked for once.
  std::weak_ptr<fake_file> gives_in_place(std::shared_ptr<fake_file> file, std::int64_t announced) {
    std::weak_ptr<fake_file> watched{file};
    // The door copies what it is given.
    door.answer<read_file>(
      [held = std::make_shared<std::shared_ptr<fake_file>>(std::move(file)), announced](const read_file& asked) {
        EXPECT_TRUE(asked.in_place);
        file_content content;
        content.info.size = announced;
        content.offset = std::max<std::int64_t>(asked.offset, 0);
        content.length = asked.length.value_or(announced - content.offset);
        content.file = std::exchange(*held, nullptr);
        return content;
      });
    return watched;
  }
  static std::string head(const std::string& how) {
    return std::string{"PUT "} + target + " HTTP/1.1\r\nHost: localhost\r\n" + how + "\r\n";
  }

  std::shared_ptr<sunk> sunk_ = std::make_shared<sunk>();
};

} // namespace

TEST_F(file_bodies, come_in_beyond_the_limit_of_those_in_memory) {
  options.body_limit = 1000;
  takes();
  const std::string bytes(300'000, 'x');
  auto one = client();
  const auto answer = one.exchange(request_text("PUT", target, bytes));
  EXPECT_EQ(answer.status, 201);
  EXPECT_EQ(sunk_->bytes, bytes);
  EXPECT_EQ(body_of(answer)["etag"], "e1");
  EXPECT_EQ(one.exchange(request_text("GET", "/healthz")).status, 200); // and the connection goes on
  EXPECT_EQ(ask("POST", "/api/sessions/a/b/files/edit", bytes).status, 413);
}

TEST_F(file_bodies, come_in_by_chunks_and_without_a_byte) {
  takes();
  auto one = client();
  EXPECT_EQ(one.exchange(head("Transfer-Encoding: chunked\r\n") + "3\r\nabc\r\n2;x=y\r\nde\r\n0\r\nTrailer: x\r\n\r\n").status,
            201);
  EXPECT_EQ(sunk_->bytes, "abcde");
  EXPECT_EQ(one.exchange(head("Content-Length: 0\r\n")).status, 201);
  EXPECT_EQ(one.exchange(head("")).status, 201);
  EXPECT_EQ(sunk_->bytes, "abcde");
}

TEST_F(file_bodies, are_asked_for_only_when_they_are_wanted) {
  options.body_timeout = std::chrono::milliseconds{500};
  door.answer<write_file>([](const write_file&) { return error{errc::file_not_found, "no"}; });
  auto refused = client();
  EXPECT_EQ(refused.exchange(head("Content-Length: 5\r\nExpect: 100-continue\r\n")).status, 404); // without "100 Continue"
  takes();
  auto one = client();
  one.send(head("Content-Length: 5\r\nExpect: 100-continue\r\n"));
  EXPECT_EQ(one.receive().status, 100);
  EXPECT_EQ(one.exchange("ab").status, 408); // and there is no second "100 Continue"
}

TEST_F(file_bodies, that_are_here_already_cost_no_connection) {
  door.answer<write_file>([](const write_file&) { return error{errc::file_not_found, "no"}; });
  auto one = client();
  EXPECT_EQ(one.exchange(request_text("PUT", target, "abc", "If-None-Match: \"x\"\r\n")).status, 400);
  EXPECT_EQ(one.exchange(request_text("PUT", target, "abc")).status, 404);
  EXPECT_EQ(one.exchange(head("Transfer-Encoding: chunked\r\n") + "3\r\nabc\r\n0\r\n\r\n").status, 404);
  EXPECT_EQ(one.exchange(request_text("GET", "/healthz")).status, 200);
}

TEST_F(file_bodies, are_refused_in_the_middle) {
  takes(100'000);
  auto one = client();
  one.send(head("Content-Length: 100000000\r\n"));
  std::thread sending{[&] {
    while (one.send(std::string(64 << 10, 'x'))) {
    }
  }};
  EXPECT_TRUE(sunk_->wait([&] { return sunk_->dropped; }));
  bool ended = false;
  EXPECT_THAT(one.receive_rest(ended), HasSubstr("HTTP/1.1 507 "));
  sending.join();
  EXPECT_FALSE(sunk_->finished);
}

TEST_F(file_bodies, that_break_off_finish_nothing) {
  takes();
  for (const auto* how : {"Content-Length: 10\r\n", "Transfer-Encoding: chunked\r\n"}) {
    sunk_ = std::make_shared<sunk>();
    auto one = client();
    one.send(head(how) + "3\r\nabc");
    EXPECT_TRUE(sunk_->wait([&] { return !sunk_->bytes.empty(); })) << how;
    one.close();
    EXPECT_TRUE(sunk_->wait([&] { return sunk_->dropped; })) << how;
    EXPECT_FALSE(sunk_->finished) << how;
  }
  sunk_ = std::make_shared<sunk>();
  auto one = client();
  one.send(head("Transfer-Encoding: chunked\r\n") + "3\r\nabc\r\nnonsense\r\n");
  EXPECT_EQ(one.receive().status, 400);
  EXPECT_TRUE(sunk_->wait([&] { return sunk_->dropped; }));
  EXPECT_FALSE(sunk_->finished);
}

TEST_F(file_bodies, that_do_not_come_are_not_waited_for) {
  options.body_timeout = std::chrono::milliseconds{50};
  takes();
  auto one = client();
  one.send(head("Content-Length: 10\r\n") + "abc");
  EXPECT_EQ(one.receive().status, 408);
  EXPECT_TRUE(sunk_->wait([&] { return sunk_->dropped; }));
}

TEST_F(file_bodies, go_out_with_their_length) {
  gives({"abc", "de"}, 5);
  auto one = client();
  auto answer = one.exchange(request_text("GET", target));
  EXPECT_EQ(answer.body, "abcde");
  EXPECT_EQ(answer.headers["content-length"], "5");
  EXPECT_EQ(answer.headers["cache-control"], "no-cache");
  EXPECT_EQ(one.exchange(request_text("GET", target)).body, "abcde");
  one.send(request_text("HEAD", target));
  EXPECT_EQ(one.receive(true).headers["content-length"], "5");
  gives({}, 0);
  EXPECT_EQ(one.exchange(request_text("GET", target)).headers["content-length"], "0");
  one.send(request_text("GET", target, {}, "If-None-Match: W/\"e1\"\r\n"));
  EXPECT_EQ(one.receive(true).status, 304);
}

TEST_F(file_bodies, that_are_not_what_was_announced_are_broken_off) {
  const std::vector<std::pair<std::vector<std::string>, result<std::string>>> faults{
    {{"abc"}, std::string{}},                  // too short
    {{"abc", "defg"}, std::string{}},          // too long
    {{"abc"}, error{errc::session_lost, "x"}}, // lost
  };
  for (const auto& [pieces, end] : faults) {
    gives(pieces, 5, end);
    auto one = client();
    one.send(request_text("GET", target) + request_text("GET", "/healthz"));
    bool ended = false;
    const auto text = one.receive_rest(ended);
    EXPECT_TRUE(ended);
    EXPECT_THAT(text, HasSubstr("\r\n\r\nabc"));
    EXPECT_THAT(text, testing::Not(HasSubstr("ok"))) << "nothing may follow what is incomplete";
  }
}

TEST_F(file_bodies, go_out_of_an_open_file) {
  std::string bytes(9'000'000, ' ');
  std::mt19937 random{1};
  std::generate(bytes.begin(), bytes.end(), [&] { return static_cast<char>(random()); });
  const auto file = gives_in_place(std::make_shared<fake_file>(bytes), 9'000'000);
  auto one = client();
  auto answer = one.exchange(request_text("GET", target));
  EXPECT_EQ(answer.headers["content-length"], "9000000");
  EXPECT_TRUE(answer.body == bytes);
  EXPECT_EQ(access(1)[0].sent_bytes, 9'000'000U);
  while (!file.expired())
    std::this_thread::yield();
  gives_in_place(std::make_shared<fake_file>(bytes), 9'000'000);
  answer = one.exchange(request_text("GET", target, {}, "Range: bytes=4000000-4999999\r\n")); // on the same connection
  EXPECT_EQ(answer.status, 206);
  EXPECT_TRUE(answer.body == bytes.substr(4'000'000, 1'000'000));
}

TEST_F(file_bodies, of_an_open_file_that_is_shorter_now_are_broken_off) {
  gives_in_place(std::make_shared<fake_file>(std::string(100'000, 'x')), 200'000);
  auto one = client();
  one.send(request_text("GET", target) + request_text("GET", "/healthz"));
  bool ended = false;
  const auto text = one.receive_rest(ended);
  EXPECT_TRUE(ended);
  EXPECT_EQ(text.size() - text.find("\r\n\r\n") - 4, 100'000U);
}

TEST_F(file_bodies, of_an_open_file_end_with_its_session) {
  constexpr std::size_t size = 64 << 20;
  auto file = std::make_shared<fake_file>(std::string(size, 'x'));
  const auto lost = file->lost;
  const auto watched = gives_in_place(std::move(file), size);
  auto one = client(4096);
  one.send(request_text("GET", target));
  EXPECT_THAT(one.peek(), HasSubstr("200 OK"));
  *lost = true;
  bool ended = false;
  EXPECT_LT(one.receive_rest(ended).size(), size);
  EXPECT_TRUE(ended);
  while (!watched.expired())
    std::this_thread::yield();
}

TEST_F(file_bodies, of_an_open_file_are_not_left_with_a_client_that_does_not_read) {
  options.write_timeout = std::chrono::milliseconds{50};
  const auto watched = gives_in_place(std::make_shared<fake_file>(std::string(64 << 20, 'x')), 64 << 20);
  auto one = client(4096);
  one.send(request_text("GET", target));
  while (!watched.expired())
    std::this_thread::yield();
}

TEST_F(file_bodies, that_are_long_take_nothing_of_what_follows) {
  takes();
  const std::string bytes(1'000'000, 'x');
  auto one = client();
  one.send(request_text("PUT", target, bytes) + request_text("PUT", target, bytes) + request_text("GET", "/healthz"));
  EXPECT_EQ(one.receive().status, 201);
  EXPECT_EQ(one.receive().status, 201);
  EXPECT_EQ(body_of(one.receive())["status"], "ok");
  EXPECT_TRUE(sunk_->bytes == bytes + bytes);
}

TEST_F(file_bodies, that_are_long_and_break_off_finish_nothing) {
  options.body_timeout = std::chrono::milliseconds{500};
  takes();
  const auto some = head("Content-Length: 10000000\r\n") + std::string(1'000'000, 'x');
  auto one = client();
  one.send(some);
  EXPECT_TRUE(sunk_->wait([&] { return sunk_->bytes.size() == 1'000'000; }));
  one.close();
  EXPECT_TRUE(sunk_->wait([&] { return sunk_->dropped; }));
  sunk_ = std::make_shared<sunk>();
  auto slow = client();
  slow.send(some);
  EXPECT_EQ(slow.receive().status, 408);
  EXPECT_TRUE(sunk_->wait([&] { return sunk_->dropped; }));
  EXPECT_FALSE(sunk_->finished);
}

TEST_F(file_bodies, are_read_no_faster_than_they_are_taken) {
  options.write_timeout = std::chrono::milliseconds{50}; // ends what does not go on
  auto source = std::make_shared<fake_source>(std::vector<std::string>(4000, std::string(64 << 10, 'x')));
  const auto asked = source->asked();
  const std::weak_ptr<fake_source> gone{source};
  door.answer<read_file>([&](const read_file&) {
    file_content content;
    content.info.size = content.length = 4000LL << 16;
    content.bytes = std::move(source);
    return content;
  });
  auto one = client(4096);
  one.send(request_text("GET", target));
  while (!gone.expired())
    std::this_thread::yield();
  EXPECT_GT(*asked, 0U);
  EXPECT_LT(*asked, 1000U);
}
