// SPDX-License-Identifier: MIT
#pragma once

#include "protocols/grpc/stream_call.hpp"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/descriptor.pb.h>
#include <set>
#include <string>
#include <vector>

namespace strata {

/// Which services the server tells of; the rest is what was compiled in.
using service_names = std::vector<std::string>;

/// gRPC Server Reflection (grpc/doc/server-reflection.md) in both of its versions, which differ in their names only: grpc++
/// 1.51 brings v1alpha alone.
template <class Request, class Response>
class reflection_call final : public stream_call<grpc::ServerBidiReactor<Request, Response>, Response> {
  using base = stream_call<grpc::ServerBidiReactor<Request, Response>, Response>;

public:
  reflection_call(const asked& call, call_strand strand, const service_names& services)
    : base{call, std::move(strand)}, services_{services} {}

private:
  void OnReadDone(bool ok) override {
    this->on_strand([ok](base& self) {
      auto& call = static_cast<reflection_call&>(self);
      if (!ok)
        return call.end(grpc::Status::OK);
      call.say(call.answer());
    });
  }
  void begin() override { want_more(); }
  void want_more() override {
    if (!std::exchange(reading_, true))
      this->StartRead(&request_);
  }
  void leave() override {}

  Response answer() {
    reading_ = false;
    Response response;
    response.set_valid_host(request_.host());
    *response.mutable_original_request() = request_;
    const auto& pool = *google::protobuf::DescriptorPool::generated_pool();
    switch (request_.message_request_case()) {
    case Request::kListServices:
      for (const auto& name : services_)
        response.mutable_list_services_response()->add_service()->set_name(name);
      return response;
    case Request::kFileByFilename: return files(pool.FindFileByName(request_.file_by_filename()), std::move(response));
    case Request::kFileContainingSymbol:
      return files(pool.FindFileContainingSymbol(request_.file_containing_symbol()), std::move(response));
    default: return not_found(std::move(response)); // there are no extensions
    }
  }

  static Response not_found(Response response) {
    response.mutable_error_response()->set_error_code(grpc::StatusCode::NOT_FOUND);
    response.mutable_error_response()->set_error_message("not found");
    return response;
  }

  /// The file and all that it imports, once each.
  static Response files(const google::protobuf::FileDescriptor* file, Response response) {
    if (file == nullptr)
      return not_found(std::move(response));
    std::set<const google::protobuf::FileDescriptor*> seen{file};
    for (std::vector<const google::protobuf::FileDescriptor*> left{file}; !left.empty();) {
      const auto* next = left.back();
      left.pop_back();
      google::protobuf::FileDescriptorProto described;
      next->CopyTo(&described);
      response.mutable_file_descriptor_response()->add_file_descriptor_proto(described.SerializeAsString());
      for (int i = 0; i < next->dependency_count(); ++i)
        if (seen.insert(next->dependency(i)).second)
          left.push_back(next->dependency(i));
    }
    return response;
  }

  const service_names& services_;
  Request request_;
  bool reading_ = false;
};

/// `Service`: grpc::reflection::v1::ServerReflection or its v1alpha.
template <class Service, class Request, class Response> class reflection_service final : public Service::CallbackService {
public:
  reflection_service(const server_facts& facts, call_threads streams, const service_names& services)
    : facts_{facts}, streams_{std::move(streams)}, services_{services} {}

private:
  grpc::ServerBidiReactor<Request, Response>* ServerReflectionInfo(grpc::CallbackServerContext* where) override {
    auto call = std::make_shared<reflection_call<Request, Response>>(
      asked{facts_, *where, "grpc.reflection/ServerReflectionInfo"}, call_strand{streams_}, services_);
    call->open();
    return call.get();
  }

  const server_facts& facts_;
  const call_threads streams_;
  const service_names& services_;
};

} // namespace strata
