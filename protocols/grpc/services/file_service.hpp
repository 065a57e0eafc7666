// SPDX-License-Identifier: MIT
#pragma once

#include "protocols/grpc/file_messages.hpp"
#include "protocols/grpc/file_transfers.hpp"
#include "protocols/grpc/unary_call.hpp"
#include "protocols/grpc/watch_call.hpp"

#include <strata/v1/file.grpc.pb.h>

namespace strata {

/// strata.v1.FileService.
class file_service final : public v1::FileService::CallbackService {
public:
  file_service(const server_facts& facts, call_threads streams) : facts_{facts}, streams_{std::move(streams)} {}

private:
  using reactor = grpc::ServerUnaryReactor;
  using context = grpc::CallbackServerContext;

  grpc::ServerWriteReactor<v1::ReadResponse>* Read(context* where, const v1::ReadRequest* request) override {
    return stream<download_call<file_reading>>(*where, "strata.v1.FileService/Read", operation_of(*request));
  }
  grpc::ServerReadReactor<v1::WriteRequest>* Write(context* where, v1::WriteResponse* response) override {
    return stream<upload_call<file_writing>>(*where, "strata.v1.FileService/Write", *response);
  }
  grpc::ServerWriteReactor<v1::ReadArchiveResponse>* ReadArchive(context* where, const v1::ReadArchiveRequest* request) override {
    return stream<download_call<archive_reading>>(*where, "strata.v1.FileService/ReadArchive", operation_of(*request));
  }
  grpc::ServerReadReactor<v1::WriteArchiveRequest>* WriteArchive(context* where, v1::WriteArchiveResponse* response) override {
    return stream<upload_call<archive_writing>>(*where, "strata.v1.FileService/WriteArchive", *response);
  }
  grpc::ServerWriteReactor<v1::WatchResponse>* Watch(context* where, const v1::WatchRequest* request) override {
    return stream<watch_call>(*where, "strata.v1.FileService/Watch", operation_of(*request));
  }
  reactor* Search(context* where, const v1::SearchRequest* request, v1::SearchResponse* response) override {
    return answer<search_files>({facts_, *where, "strata.v1.FileService/Search"}, *request, operation_of(*request),
                                [response](const search_page& page) { encode(page, *response); });
  }
  reactor* Stat(context* where, const v1::StatRequest* request, v1::StatResponse* response) override {
    return answer_file<stat_file>({facts_, *where, "strata.v1.FileService/Stat"}, *request, *response);
  }
  reactor* List(context* where, const v1::ListRequest* request, v1::ListResponse* response) override {
    return answer<list_files>({facts_, *where, "strata.v1.FileService/List"}, *request, operation_of(*request),
                              [response](const file_page& page) { encode(page, *response); });
  }
  reactor* MakeDir(context* where, const v1::MakeDirRequest* request, v1::MakeDirResponse* response) override {
    return answer<make_directory>({facts_, *where, "strata.v1.FileService/MakeDir"}, *request, operation_of(*request),
                                  [response](const file_result& made) {
                                    encode(made.info, *response->mutable_file());
                                    response->set_created(made.info.created);
                                    response->set_session_created(made.session_created);
                                    response->set_session_uid(made.session_uid);
                                  });
  }
  reactor* Move(context* where, const v1::MoveRequest* request, v1::MoveResponse* response) override {
    return answer_file<move_file>({facts_, *where, "strata.v1.FileService/Move"}, *request, *response);
  }
  reactor* Copy(context* where, const v1::CopyRequest* request, v1::CopyResponse* response) override {
    return answer_file<copy_file>({facts_, *where, "strata.v1.FileService/Copy"}, *request, *response);
  }
  reactor* Remove(context* where, const v1::RemoveRequest* request, v1::RemoveResponse*) override {
    return answer<remove_file>({facts_, *where, "strata.v1.FileService/Remove"}, *request, operation_of(*request),
                               [](const removed_file&) {});
  }
  reactor* SetAttributes(context* where, const v1::SetAttributesRequest* request, v1::SetAttributesResponse* response) override {
    return answer_file<set_file_attributes>({facts_, *where, "strata.v1.FileService/SetAttributes"}, *request, *response);
  }
  reactor* Symlink(context* where, const v1::SymlinkRequest* request, v1::SymlinkResponse* response) override {
    return answer_file<make_symlink>({facts_, *where, "strata.v1.FileService/Symlink"}, *request, *response);
  }
  reactor* Edit(context* where, const v1::EditRequest* request, v1::EditResponse* response) override {
    return answer<edit_file>({facts_, *where, "strata.v1.FileService/Edit"}, *request, operation_of(*request),
                             [response](const edited_file& edited) { encode(edited, *response); });
  }

  template <class Call, class With> Call* stream(context& where, const char* method, With&& with) const {
    auto call = std::make_shared<Call>(asked{facts_, where, method}, call_strand{streams_}, std::forward<With>(with));
    call->open();
    return call.get();
  }
  /// Of those whose response is the file as it is then.
  template <class Operation, class Request, class Response>
  static reactor* answer_file(const asked& call, const Request& request, Response& response) {
    return answer<Operation>(call, request, operation_of(request),
                             [&response](const file_result& now) { encode(now.info, *response.mutable_file()); });
  }

  const server_facts& facts_;
  const call_threads streams_;
};

} // namespace strata
