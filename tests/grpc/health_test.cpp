// SPDX-License-Identifier: MIT
// Health and reflection, as tools ask for them. Health comes with grpc++ without a stub, so it is asked in bytes.
#include "tests/grpc/grpc_test.hpp"

#include <google/protobuf/descriptor.pb.h>
#include <grpc/reflection/v1/reflection.grpc.pb.h>
#include <grpc/reflection/v1alpha/reflection.grpc.pb.h>
#include <grpcpp/generic/generic_stub.h>

using namespace strata;
using namespace strata::test;
using grpc::StatusCode;

class grpc_health : public grpc_test {
protected:
  /// grpc.health.v1.HealthCheckResponse.status: 1 SERVING, 2 NOT_SERVING.
  std::pair<StatusCode, int> check(const std::string& service) {
    const std::string bytes = service.empty() ? "" : std::string{"\x0a"} + static_cast<char>(service.size()) + service;
    grpc::Slice slice{bytes};
    const grpc::ByteBuffer request{&slice, 1};
    grpc::CompletionQueue queue;
    auto context = patient();
    grpc::GenericStub stub{by};
    auto call = stub.PrepareUnaryCall(context.get(), "/grpc.health.v1.Health/Check", request, &queue);
    call->StartCall();
    grpc::ByteBuffer response;
    grpc::Status status;
    call->Finish(&response, &status, this);
    void* tag = nullptr;
    bool ok = false;
    queue.Next(&tag, &ok);
    grpc::Slice answer;
    if (!status.ok() || !response.TrySingleSlice(&answer).ok() || answer.size() != 2)
      return {status.error_code(), 0};
    return {StatusCode::OK, answer.begin()[1]};
  }

  std::shared_ptr<grpc::Channel> by = channel();
};

TEST_F(grpc_health, is_told_of_the_server_and_of_each_service) {
  for (const auto* name : {"", "sandbox.SandboxService", "strata.v1.SessionService", "strata.v1.ProcessService"})
    EXPECT_EQ(check(name), std::pair(StatusCode::OK, 1)) << name;
  EXPECT_EQ(check("strata.v2.Nothing").first, StatusCode::NOT_FOUND);
  server->set_draining(true);
  EXPECT_EQ(check(""), std::pair(StatusCode::OK, 2));
  EXPECT_EQ(check("sandbox.SandboxService"), std::pair(StatusCode::OK, 2));
}

template <class Version> class grpc_reflection : public grpc_test {};

struct reflection_v1 {
  using service = grpc::reflection::v1::ServerReflection;
  using request = grpc::reflection::v1::ServerReflectionRequest;
  using response = grpc::reflection::v1::ServerReflectionResponse;
};
struct reflection_v1alpha {
  using service = grpc::reflection::v1alpha::ServerReflection;
  using request = grpc::reflection::v1alpha::ServerReflectionRequest;
  using response = grpc::reflection::v1alpha::ServerReflectionResponse;
};
using both_versions = testing::Types<reflection_v1, reflection_v1alpha>;
TYPED_TEST_SUITE(grpc_reflection, both_versions);

TYPED_TEST(grpc_reflection, describes_what_is_served) {
  auto stub = TypeParam::service::NewStub(this->channel());
  auto context = this->patient();
  auto stream = stub->ServerReflectionInfo(context.get());
  typename TypeParam::request request;
  typename TypeParam::response response;
  const auto ask = [&] {
    response.Clear();
    return stream->Write(request) && stream->Read(&response);
  };
  request.set_list_services("");
  ASSERT_TRUE(ask());
  std::vector<std::string> names;
  for (const auto& each : response.list_services_response().service())
    names.push_back(each.name());
  EXPECT_THAT(names, testing::IsSupersetOf({"sandbox.SandboxService", "strata.v1.ShellService", "grpc.health.v1.Health"}));

  request.set_file_containing_symbol("strata.v1.ShellService.Exec");
  ASSERT_TRUE(ask());
  std::set<std::string> files;
  for (const auto& bytes : response.file_descriptor_response().file_descriptor_proto()) {
    google::protobuf::FileDescriptorProto file;
    ASSERT_TRUE(file.ParseFromString(bytes));
    files.insert(file.name());
  }
  EXPECT_THAT(files,
              testing::IsSupersetOf({"strata/v1/shell.proto", "strata/v1/session.proto", "google/protobuf/duration.proto"}));

  request.set_file_by_filename("sandbox/sandbox.proto");
  ASSERT_TRUE(ask());
  EXPECT_EQ(response.file_descriptor_response().file_descriptor_proto_size(), 1);
  request.set_file_containing_symbol("no.such.Thing");
  ASSERT_TRUE(ask());
  EXPECT_EQ(response.error_response().error_code(), StatusCode::NOT_FOUND);
  stream->WritesDone();
  EXPECT_FALSE(stream->Read(&response));
  EXPECT_TRUE(stream->Finish().ok());
}
