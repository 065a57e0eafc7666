// SPDX-License-Identifier: MIT
#pragma once

#include "tests/http/live_server.hpp"

#include <gmock/gmock.h>
#include <google/rpc/error_details.pb.h>
#include <google/rpc/status.pb.h>
#include <grpcpp/grpcpp.h>

namespace strata::test {

/// gRPC's own client against the real server over a fake gateway.
class grpc_test : public live_server {
protected:
  /// A connection of its own.
  std::shared_ptr<grpc::Channel> channel() {
    grpc::ChannelArguments arguments;
    arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
    arguments.SetInt(GRPC_ARG_ENABLE_RETRIES, 0);
    return grpc::CreateCustomChannel("127.0.0.1:" + std::to_string(port()), grpc::InsecureChannelCredentials(), arguments);
  }

  /// A context that gives up before the test does.
  static std::unique_ptr<grpc::ClientContext> patient() {
    auto context = std::make_unique<grpc::ClientContext>();
    context->set_deadline(std::chrono::system_clock::now() + fake_gateway::patience);
    return context;
  }

  static google::rpc::Status details_of(const grpc::Status& status) {
    google::rpc::Status details;
    EXPECT_TRUE(details.ParseFromString(status.error_details()));
    return details;
  }
  /// The detail of that type; empty when there is none.
  template <class Detail> static Detail detail_of(const grpc::Status& status) {
    Detail found;
    const auto whole = details_of(status);
    for (const auto& each : whole.details())
      if (each.Is<Detail>())
        each.UnpackTo(&found);
    return found;
  }
};

} // namespace strata::test
