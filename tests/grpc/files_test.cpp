// SPDX-License-Identifier: MIT
// strata.v1.FileService over a fake gateway.
#include "tests/grpc/grpc_test.hpp"
#include "tests/support/fake_transfers.hpp"

#include <strata/v1/file.grpc.pb.h>

using namespace strata;
using namespace strata::test;
namespace v1 = strata::v1;

namespace {

class file_calls : public grpc_test {
protected:
  void takes(std::size_t room = SIZE_MAX) {
    door.answer<write_file>([this, room](const write_file&) {
      return file_upload{std::make_shared<fake_sink>(sunk_, room, error{errc::disk_full, "no space"}), true, "uid", nullptr};
    });
  }
  static void name(v1::SessionRef& session) {
    session.set_owner_id("a");
    session.set_session_id("b");
  }
  static v1::WriteRequest opening() {
    v1::WriteRequest message;
    auto& open = *message.mutable_open();
    name(*open.mutable_session());
    open.set_path("/x");
    open.set_mode(0600);
    open.add_if_match("e0");
    return message;
  }
  static v1::WriteRequest data(std::string bytes) {
    v1::WriteRequest message;
    message.set_data(std::move(bytes));
    return message;
  }
  static v1::WriteRequest end() {
    v1::WriteRequest message;
    message.mutable_end();
    return message;
  }
  /// Sends them and half-closes.
  grpc::Status write(const std::vector<v1::WriteRequest>& messages) {
    const auto context = patient();
    const auto writer = stub().Write(context.get(), &written_);
    for (const auto& each : messages)
      if (!writer->Write(each))
        break;
    writer->WritesDone();
    return writer->Finish();
  }
  v1::FileService::Stub& stub() {
    if (!stub_)
      stub_ = v1::FileService::NewStub(channel());
    return *stub_;
  }
  std::pair<std::string, grpc::Status> read(std::int64_t announced, std::vector<std::string> pieces, result<std::string> last) {
    door.answer<read_file>([=](const read_file&) {
      file_content content;
      content.info.size = content.length = announced;
      content.bytes = std::make_shared<fake_source>(pieces, last);
      return content;
    });
    const auto context = patient();
    v1::ReadRequest asked;
    name(*asked.mutable_session());
    asked.set_path("/x");
    const auto reader = stub().Read(context.get(), asked);
    v1::ReadResponse message;
    std::string bytes;
    while (reader->Read(&message))
      bytes += message.data();
    return {bytes, reader->Finish()};
  }

  std::shared_ptr<sunk> sunk_ = std::make_shared<sunk>();
  v1::WriteResponse written_;

private:
  std::unique_ptr<v1::FileService::Stub> stub_;
};

} // namespace

TEST_F(file_calls, write_what_comes_until_its_end) {
  takes();
  ASSERT_TRUE(write({opening(), data("abc"), data(""), data("de"), end()}).ok());
  EXPECT_EQ(sunk_->bytes, "abcde");
  EXPECT_EQ(written_.file().size(), 5);
  EXPECT_TRUE(written_.created());
  EXPECT_TRUE(written_.session_created());
  const auto asked = door.calls<write_file>(1).at(0).first;
  EXPECT_EQ(asked.path, "/x");
  EXPECT_EQ(asked.mode->bits, 0600);
  EXPECT_EQ(asked.if_match, std::vector<std::string>{"e0"});
}

TEST_F(file_calls, that_end_without_a_word_write_nothing) {
  takes();
  const auto status = write({opening(), data("abc")}); // as when a client is killed: gRPC tells the two alike
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_TRUE(sunk_->wait([&] { return sunk_->dropped; }));
  EXPECT_FALSE(sunk_->finished);
  sunk_ = std::make_shared<sunk>();
  {
    const auto context = patient();
    const auto writer = stub().Write(context.get(), &written_);
    writer->Write(opening());
    writer->Write(data("abc"));
    EXPECT_TRUE(sunk_->wait([&] { return !sunk_->bytes.empty(); }));
    context->TryCancel();
    writer->Finish();
  }
  EXPECT_TRUE(sunk_->wait([&] { return sunk_->dropped; }));
  EXPECT_FALSE(sunk_->finished);
}

TEST_F(file_calls, that_say_nonsense_are_refused) {
  takes();
  for (const auto& messages : std::vector<std::vector<v1::WriteRequest>>{
         {data("x")}, {end()}, {}, {opening(), opening()}, {opening(), {}}, {opening(), data(std::string((1 << 20) + 1, 'x'))}})
    EXPECT_EQ(write(messages).error_code(), grpc::StatusCode::INVALID_ARGUMENT);
}

TEST_F(file_calls, carry_an_idempotency_key_with_what_they_open) {
  takes();
  const auto write_keyed = [&](const std::string& path) {
    auto context = patient();
    context->AddMetadata("idempotency-key", "key-1");
    const auto writer = stub().Write(context.get(), &written_);
    auto first = opening();
    first.mutable_open()->set_path(path);
    EXPECT_TRUE(writer->Write(first) && writer->Write(end()));
    writer->WritesDone();
    return writer->Finish().ok();
  };
  EXPECT_TRUE(write_keyed("/x") && write_keyed("/x") && write_keyed("/y"));
  const auto seen = door.calls<write_file>(3);
  EXPECT_EQ(seen[0].second.idempotency_key, "key-1");
  EXPECT_EQ(seen[0].second.content_digest, seen[1].second.content_digest);
  EXPECT_NE(seen[0].second.content_digest, seen[2].second.content_digest);
}

TEST_F(file_calls, that_fail_in_the_middle_say_why) {
  takes(100'000);
  std::vector<v1::WriteRequest> messages{opening()};
  messages.insert(messages.end(), 100, data(std::string(64 << 10, 'x')));
  const auto status = write(messages);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_EQ(detail_of<google::rpc::ErrorInfo>(status).reason(), "disk_full");
}

TEST_F(file_calls, read_all_of_it_or_do_not_end_well) {
  auto [bytes, status] = read(5, {"abc", "de"}, std::string{});
  EXPECT_EQ(bytes, "abcde");
  EXPECT_TRUE(status.ok());
  EXPECT_TRUE(read(0, {}, std::string{}).second.ok());
  EXPECT_EQ(read(5, {"abc"}, std::string{}).second.error_code(), grpc::StatusCode::INTERNAL);
  EXPECT_EQ(read(5, {"abc", "defg"}, std::string{}).second.error_code(), grpc::StatusCode::INTERNAL);
  EXPECT_EQ(read(5, {"abc"}, error{errc::session_lost, "x"}).second.error_code(), grpc::StatusCode::ABORTED);
}

TEST_F(file_calls, carry_every_field) {
  v1::EditRequest edit;
  name(*edit.mutable_session());
  edit.set_path("/x");
  auto& step = *edit.add_edits();
  step.set_old_text("a");
  step.set_new_text("b");
  step.set_all(true);
  door.answer<edit_file>([](const edit_file&) {
    edited_file edited;
    edited.info.path = "bad\xff";
    edited.info.type = file_type::symlink;
    edited.info.mtime_ns = -1;
    edited.replaced = 3;
    edited.hunks = {{7, "a", "b"}};
    return edited;
  });
  v1::EditResponse edited;
  ASSERT_TRUE(stub().Edit(patient().get(), edit, &edited).ok());
  EXPECT_TRUE(door.calls<edit_file>(1).at(0).first.edits.at(0).all);
  EXPECT_EQ(edited.file().path(), "bad\uFFFD");
  EXPECT_EQ(edited.file().raw_path(), "bad\xff");
  EXPECT_EQ(edited.file().type(), v1::FILE_TYPE_SYMLINK);
  EXPECT_EQ(edited.file().mtime().seconds(), -1);
  EXPECT_EQ(edited.file().mtime().nanos(), 999'999'999);
  EXPECT_EQ(edited.hunks(0).line(), 7);
  v1::SetAttributesRequest attributes;
  name(*attributes.mutable_session());
  attributes.set_path("/x");
  attributes.set_mode(04755);
  attributes.set_owner("bob");
  attributes.mutable_mtime()->set_seconds(5);
  v1::SetAttributesResponse changed;
  ASSERT_TRUE(stub().SetAttributes(patient().get(), attributes, &changed).ok());
  const auto asked = door.calls<set_file_attributes>(1).at(0).first;
  EXPECT_EQ(asked.mode->bits, 04755);
  EXPECT_EQ(asked.mtime_ns, 5'000'000'000);
}

TEST_F(file_calls, carry_archives_both_ways) {
  door.answer<read_archive>([](const read_archive&) {
    archive_content content;
    content.bytes = std::make_shared<fake_source>(std::vector<std::string>{"ab", "c"});
    return content;
  });
  v1::ReadArchiveRequest asked;
  name(*asked.mutable_session());
  asked.set_path("/x");
  asked.set_format(v1::ARCHIVE_FORMAT_ZIP);
  const auto context = patient();
  const auto reader = stub().ReadArchive(context.get(), asked);
  std::string bytes;
  for (v1::ReadArchiveResponse message; reader->Read(&message);)
    bytes += message.data();
  EXPECT_TRUE(reader->Finish().ok());
  EXPECT_EQ(bytes, "abc");
  EXPECT_EQ(door.calls<read_archive>(1).at(0).first.format, archive_format::zip);

  door.answer<write_archive>([this](const write_archive&) {
    return archive_upload{std::make_shared<fake_byte_sink<unpacked_archive>>(sunk_, SIZE_MAX, error{}), true, "uid", nullptr};
  });
  const auto writes = patient();
  v1::WriteArchiveResponse made;
  const auto writer = stub().WriteArchive(writes.get(), &made);
  v1::WriteArchiveRequest message;
  name(*message.mutable_open()->mutable_session());
  message.mutable_open()->set_path("/x");
  message.mutable_open()->set_any_links(true);
  writer->Write(message);
  message.set_data("12345");
  writer->Write(message);
  message.mutable_end();
  writer->Write(message);
  writer->WritesDone();
  ASSERT_TRUE(writer->Finish().ok());
  EXPECT_EQ(made.files(), 3);
  EXPECT_EQ(made.bytes(), 5);
  EXPECT_TRUE(made.session_created());
  EXPECT_TRUE(door.calls<write_archive>(1).at(0).first.any_links);
}

TEST_F(file_calls, search_and_watch) {
  door.answer<search_files>([](const search_files& asked) {
    search_page page;
    page.items = {{"a\xff", file_type::file, 3, 2, asked.text, {"before"}, {"after"}}};
    page.next_cursor = std::string{"a\0"
                                   "3",
                                   3};
    return page;
  });
  v1::SearchRequest search;
  name(*search.mutable_session());
  search.set_path("/x");
  search.set_text("needle");
  search.set_page_token(std::string{"b\0"
                                    "0",
                                    3});
  v1::SearchResponse found;
  ASSERT_TRUE(stub().Search(patient().get(), search, &found).ok());
  EXPECT_EQ(found.matches(0).text(), "needle");
  EXPECT_EQ(found.matches(0).raw_path(), "a\xff");
  EXPECT_EQ(found.matches(0).after(0), "after");
  EXPECT_EQ(found.next_page_token().size(), 3U);
  EXPECT_EQ(door.calls<search_files>(1).at(0).first.cursor.size(), 3U);

  door.answer<watch_files>([](const watch_files& asked) -> result<file_event_page> {
    const auto since = asked.since.value_or(40);
    if (since == 42)
      return error{errc::file_not_found, "gone"};
    return file_event_page{{{wire::file_change::renamed, false, "a", "b"}}, since, since + 1};
  });
  v1::WatchRequest watch;
  name(*watch.mutable_session());
  watch.set_path("/x");
  watch.set_recursive(true);
  const auto context = patient();
  const auto reader = stub().Watch(context.get(), watch);
  std::vector<std::int64_t> numbers;
  for (v1::WatchResponse message; reader->Read(&message);) {
    ASSERT_EQ(message.events_size(), 1);
    EXPECT_EQ(message.events(0).change(), v1::WatchResponse::CHANGE_RENAMED);
    EXPECT_EQ(message.events(0).to(), "b");
    numbers.push_back(message.events(0).number());
  }
  EXPECT_EQ(numbers, (std::vector<std::int64_t>{40, 41}));
  EXPECT_EQ(reader->Finish().error_code(), grpc::StatusCode::NOT_FOUND);
}
