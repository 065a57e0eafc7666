// SPDX-License-Identifier: MIT
// Bytes of files and archives on their way between a client and the sandbox.
#include "actors/session_file_call.hpp"

#include <algorithm>

namespace strata {

void session::on(call<read_file> event) {
  if (!may_begin(event))
    return;
  begin_file(
    std::move(event),
    [this](const read_file& asked, auto tell) {
      return sandbox_->files().read(asked.user, {asked.path, asked.offset, asked.length.value_or(-1), asked.in_place},
                                    std::move(tell));
    },
    [this](const call<read_file>& held, auto outcome) {
      auto& opened = std::get<opened_file>(outcome);
      file_content content;
      const auto size = std::max<std::int64_t>(opened.info.size, 0); // as a sandbox says
      const auto offset = held.operation.offset;
      content.offset = offset < 0 ? std::max<std::int64_t>(size + offset, 0) : std::min(offset, size);
      content.length = std::min(size - content.offset, held.operation.length.value_or(size));
      content.info = std::move(opened.info);
      content.bytes = std::move(opened.bytes);
      content.file = std::move(opened.file);
      content.session_uid = info_.uid;
      content.lease = hold_for_file();
      return content;
    });
}

void session::on(call<write_file> event) {
  if (!may_begin(event))
    return;
  begin_file(
    std::move(event),
    [this](const write_file& asked, auto tell) {
      wire::files_write body{asked.path, bits_of(asked.mode), asked.parents, asked.append, asked.must_be_new, asked.if_match};
      return sandbox_->files().write(asked.user, std::move(body), std::move(tell));
    },
    [this](const call<write_file>& held, auto outcome) {
      return file_upload{std::get<std::shared_ptr<file_sink>>(std::move(outcome)), held.session_created, info_.uid,
                         hold_for_file()};
    });
}

void session::on(call<read_archive> event) {
  if (!may_begin(event))
    return;
  begin_file(
    std::move(event),
    [this](const read_archive& asked, auto tell) {
      return sandbox_->files().pack(asked.user, {asked.path}, asked.format, std::move(tell));
    },
    [this](const call<read_archive>&, auto outcome) {
      return archive_content{std::move(std::get<opened_file>(outcome).bytes), info_.uid, hold_for_file()};
    });
}

void session::on(call<write_archive> event) {
  if (!may_begin(event))
    return;
  begin_file(
    std::move(event),
    [this](const write_archive& asked, auto tell) {
      return sandbox_->files().unpack(asked.user, {asked.path, asked.any_links}, std::move(tell));
    },
    [this](const call<write_archive>& held, auto outcome) {
      return archive_upload{std::get<std::shared_ptr<archive_sink>>(std::move(outcome)), held.session_created, info_.uid,
                            hold_for_file()};
    });
}

} // namespace strata
