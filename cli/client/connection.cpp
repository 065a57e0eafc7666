// SPDX-License-Identifier: MIT
#include "cli/client/connection.hpp"

#include <algorithm>
#include <cstdlib>
#include <fmt/format.h>
#include <fstream>
#include <google/rpc/error_details.pb.h>
#include <google/rpc/status.pb.h>
#include <grpc/support/log.h>

namespace strata::client {

namespace {

constexpr std::chrono::seconds connect_patience{5};

/// The code that has that name; `internal` when this client does not know it.
errc code_named(std::string_view name) {
  for (int i = 0; i < static_cast<int>(errc::internal); ++i)
    if (to_string(static_cast<errc>(i)) == name)
      return static_cast<errc>(i);
  return errc::internal;
}

result<std::string> read_key(const invocation& given) {
  const auto file = given.value("--api-key-file");
  if (file.empty())
    return given.variable("STRATA_API_KEY");
  std::ifstream in{file};
  std::string key;
  if (!std::getline(in, key) || key.empty())
    return error{errc::invalid_argument, fmt::format("read key from {}: there is none", file)};
  return key;
}

} // namespace

std::vector<command_flag> with_client_flags(std::vector<command_flag> own) {
  own.push_back({"--addr", "HOST:PORT", "the server (STRATA_ADDR; default localhost:2280)"});
  own.push_back({"--owner", "OWNER", "owner of sessions that are named without one (STRATA_OWNER)"});
  own.push_back({"--api-key-file", "FILE", "a file whose first line is the key (STRATA_API_KEY holds one, too)"});
  return own;
}

result<connection_to_server> connection_to_server::of(const invocation& given) {
  connection_to_server made;
  made.address_ = given.value("--addr");
  if (made.address_.empty())
    made.address_ = given.variable("STRATA_ADDR");
  if (made.address_.empty())
    made.address_ = "localhost:2280";
  made.owner_ = given.has("--owner") ? given.value("--owner") : given.variable("STRATA_OWNER");
  STRATA_TRY(made.key_, read_key(given));
  return made;
}

result<std::shared_ptr<grpc::Channel>> connection_to_server::channel() {
  if (channel_)
    return channel_;
  ::setenv("GRPC_DNS_RESOLVER", "native", 0);      // getaddrinfo(3), as every other program here; this is before any other thread
  gpr_set_log_function([](gpr_log_func_args*) {}); // what matters is told by the call
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_ENABLE_RETRIES, 0); // a command must not run twice
  arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 500);
  arguments.SetMaxReceiveMessageSize(64 << 20);
  auto made = grpc::CreateCustomChannel(address_, grpc::InsecureChannelCredentials(), arguments);
  auto state = made->GetState(true);
  for (const auto until = std::chrono::system_clock::now() + connect_patience; state != GRPC_CHANNEL_READY;) {
    if (state == GRPC_CHANNEL_TRANSIENT_FAILURE || !made->WaitForStateChange(state, until))
      return error{errc::overloaded, fmt::format("connect to {}: nobody answers (is `strata run` started there?)", address_)};
    state = made->GetState(true);
  }
  return channel_ = std::move(made);
}

std::unique_ptr<grpc::ClientContext> connection_to_server::context(std::chrono::seconds patience) const {
  auto made = std::make_unique<grpc::ClientContext>();
  if (patience.count() > 0)
    made->set_deadline(std::chrono::system_clock::now() + patience);
  if (!key_.empty())
    made->AddMetadata("authorization", "Bearer " + key_);
  return made;
}

error error_of(const grpc::Status& status) {
  google::rpc::Status whole;
  google::rpc::ErrorInfo info;
  if (whole.ParseFromString(status.error_details()))
    for (const auto& each : whole.details())
      if (each.Is<google::rpc::ErrorInfo>())
        each.UnpackTo(&info);
  if (info.domain() == "strata")
    return {code_named(info.reason()), status.error_message()};
  if (status.error_code() == grpc::StatusCode::UNAVAILABLE)
    return {errc::internal, "call server: the connection was lost (" + status.error_message() + ")"};
  return {errc::internal, "call server: " + status.error_message()};
}

v1::SessionRef ref_of(const session_name& name) {
  v1::SessionRef ref;
  ref.set_owner_id(name.owner);
  ref.set_session_id(name.session);
  ref.set_uid(name.uid);
  return ref;
}

} // namespace strata::client
