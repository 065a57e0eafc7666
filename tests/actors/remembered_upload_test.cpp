// SPDX-License-Identifier: MIT
#include "tests/actors/scene.hpp"
#include "tests/support/fake_transfers.hpp"

#include <future>

/// The same key and bytes twice are written once.
namespace strata::test {

namespace {

call_context keyed_upload(const std::string& digest = "d") {
  call_context context;
  context.caller = "c";
  context.idempotency_key = "k";
  context.content_digest = digest;
  return context;
}

template <class Operation> Operation upload_to(const std::string& path) {
  Operation request;
  request.session.key = key();
  request.path = path;
  return request;
}

template <class Made> result<void> put(byte_sink<Made>& to, std::string bytes) {
  std::promise<result<void>> taken;
  to.write(std::move(bytes), [&](result<void> outcome) { taken.set_value(std::move(outcome)); });
  return taken.get_future().get();
}

template <class Made> result<Made> end(byte_sink<Made>& to) {
  std::promise<result<Made>> made;
  to.finish([&](result<Made> outcome) { made.set_value(std::move(outcome)); });
  return made.get_future().get();
}

/// A call whose file is opened; what comes goes to `into`.
template <class Operation = write_file> outcome<typename Operation::response> opened(scene& at, std::shared_ptr<sunk> into) {
  auto call = at.call(upload_to<Operation>("/x"), keyed_upload());
  using made = typename Operation::response::made;
  at.box().files().answer(result<std::shared_ptr<byte_sink<made>>>{
    std::make_shared<fake_byte_sink<made>>(std::move(into), 100, error{errc::disk_full, "write file: no room"})});
  at.settle();
  return call;
}

/// As a client that is done with it does.
template <class Upload> void drop(const outcome<Upload>& call) { call.record_->answers.assign(1, error{}); }

} // namespace

TEST(remembered_upload, is_written_once) {
  scene at;
  auto bytes = std::make_shared<sunk>();
  auto first = opened(at, bytes);
  ASSERT_TRUE(put(*first.value().bytes, "ab") && put(*first.value().bytes, "cd"));
  EXPECT_EQ(at.call(upload_to<write_file>("/x"), keyed_upload()).code(), errc::request_in_flight);
  const auto made = end(*first.value().bytes);
  at.settle_next();
  auto second = at.call(upload_to<write_file>("/x"), keyed_upload());
  EXPECT_TRUE(at.box().files().writes.empty());
  ASSERT_TRUE(put(*second.value().bytes, "abc") && put(*second.value().bytes, "d")); // in other pieces
  const auto again = end(*second.value().bytes);
  EXPECT_EQ(bytes->bytes, "abcd");
  EXPECT_EQ(again->etag, made->etag);
  EXPECT_EQ(again->size, 4);
  EXPECT_TRUE(again->created);
  EXPECT_TRUE(second.value().session_created);
  EXPECT_EQ(second.value().session_uid, first.value().session_uid);
  drop(first);
  at.expect_clean_end();
}

TEST(remembered_upload, holds_for_archives) {
  scene at;
  auto first = opened<write_archive>(at, std::make_shared<sunk>());
  ASSERT_TRUE(put(*first.value().bytes, "abcd"));
  ASSERT_TRUE(end(*first.value().bytes));
  at.settle_next();
  auto second = at.call(upload_to<write_archive>("/x"), keyed_upload());
  ASSERT_TRUE(put(*second.value().bytes, "abcd"));
  EXPECT_EQ(end(*second.value().bytes)->bytes, 4);
  drop(first);
  at.expect_clean_end();
}

TEST(remembered_upload, says_when_the_bytes_differ) {
  scene at;
  auto first = opened(at, std::make_shared<sunk>());
  ASSERT_TRUE(put(*first.value().bytes, "abcd"));
  ASSERT_TRUE(end(*first.value().bytes));
  at.settle_next();
  auto second = at.call(upload_to<write_file>("/x"), keyed_upload());
  ASSERT_TRUE(put(*second.value().bytes, "abcx"));
  EXPECT_EQ(end(*second.value().bytes).error().code, errc::idempotency_mismatch);
  EXPECT_EQ(at.call(upload_to<write_file>("/x"), keyed_upload("other")).code(), errc::idempotency_mismatch);
  drop(first);
  at.expect_clean_end();
}

TEST(remembered_upload, that_was_broken_off_may_begin_anew) {
  scene at;
  auto first = opened(at, std::make_shared<sunk>());
  ASSERT_TRUE(put(*first.value().bytes, "ab"));
  drop(first); // its client has left
  at.settle();
  auto bytes = std::make_shared<sunk>();
  auto second = opened(at, bytes);
  ASSERT_TRUE(put(*second.value().bytes, "abcd"));
  ASSERT_TRUE(end(*second.value().bytes));
  at.settle_next();
  EXPECT_EQ(bytes->bytes, "abcd");
  drop(second);
  at.expect_clean_end();
}

TEST(remembered_upload, that_was_appended_in_part_is_not_appended_again) {
  scene at;
  at.call(creation());
  auto asked = upload_to<write_file>("/x");
  asked.append = true;
  const auto begin = [&] {
    auto call = at.call(asked, keyed_upload());
    if (!at.box().files().writes.empty())
      at.box().files().answer(
        result<std::shared_ptr<file_sink>>{std::make_shared<fake_sink>(std::make_shared<sunk>(), 100, error{})});
    at.settle();
    return call;
  };
  drop(begin()); // nothing had come
  at.settle();
  auto first = begin();
  ASSERT_TRUE(first.succeeded());
  ASSERT_TRUE(put(*first.value().bytes, "ab"));
  drop(first);
  at.settle();
  EXPECT_EQ(begin().code(), errc::idempotency_mismatch);
  at.expect_clean_end();
}

TEST(remembered_upload, whose_client_left_before_the_answer_is_not_written_twice) {
  scene at;
  auto bytes = std::make_shared<sunk>();
  auto first = opened(at, bytes);
  ASSERT_TRUE(put(*first.value().bytes, "abcd"));
  std::promise<void> made;
  first.value().bytes->finish([&made](const result<file_info>&) { made.set_value(); });
  drop(first);
  made.get_future().wait();
  at.settle();
  auto second = at.call(upload_to<write_file>("/x"), keyed_upload());
  ASSERT_TRUE(second.succeeded());
  ASSERT_TRUE(put(*second.value().bytes, "abcd"));
  EXPECT_EQ(end(*second.value().bytes)->size, 4);
  EXPECT_EQ(bytes->bytes, "abcd");
  EXPECT_TRUE(at.box().files().writes.empty());
  at.expect_clean_end();
}

TEST(remembered_upload, gives_its_error_again) {
  scene at;
  at.call(creation());
  const auto first = at.call(upload_to<write_file>("/x"), keyed_upload());
  at.box().files().answer(result<std::shared_ptr<file_sink>>{error{errc::etag_mismatch, "write /x: it has changed"}});
  at.settle();
  EXPECT_EQ(first.code(), errc::etag_mismatch);
  EXPECT_EQ(at.call(upload_to<write_file>("/x"), keyed_upload()).code(), errc::etag_mismatch);
  EXPECT_TRUE(at.box().files().writes.empty());
  at.expect_clean_end();
}

} // namespace strata::test
