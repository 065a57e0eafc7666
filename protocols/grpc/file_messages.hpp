// SPDX-License-Identifier: MIT
#pragma once

#include "actors/operations/archives.hpp"
#include "actors/operations/file_search.hpp"
#include "actors/operations/file_watch.hpp"

#include <strata/v1/file.pb.h>

namespace strata {

/// Between the messages of file.proto and the operations.

stat_file operation_of(const v1::StatRequest& asked);
list_files operation_of(const v1::ListRequest& asked);
result<make_directory> operation_of(const v1::MakeDirRequest& asked);
move_file operation_of(const v1::MoveRequest& asked);
copy_file operation_of(const v1::CopyRequest& asked);
remove_file operation_of(const v1::RemoveRequest& asked);
result<set_file_attributes> operation_of(const v1::SetAttributesRequest& asked);
make_symlink operation_of(const v1::SymlinkRequest& asked);
edit_file operation_of(const v1::EditRequest& asked);
read_file operation_of(const v1::ReadRequest& asked);
result<write_file> operation_of(const v1::WriteRequest::Open& asked);
search_files operation_of(const v1::SearchRequest& asked);
result<read_archive> operation_of(const v1::ReadArchiveRequest& asked);
result<write_archive> operation_of(const v1::WriteArchiveRequest::Open& asked);
watch_files operation_of(const v1::WatchRequest& asked);

void encode(const file_info& info, v1::File& into);
void encode(const file_page& page, v1::ListResponse& into);
void encode(const edited_file& edited, v1::EditResponse& into);
void encode(const file_content& content, v1::ReadResponse& into);
void encode(const search_page& page, v1::SearchResponse& into);
void encode(const file_event_page& page, v1::WatchResponse& into);

} // namespace strata
