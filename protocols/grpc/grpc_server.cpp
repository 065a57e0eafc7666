// SPDX-License-Identifier: MIT
#include "protocols/grpc/grpc_server.hpp"

#include "protocols/grpc/http2_connection.hpp"
#include "protocols/grpc/library_log.hpp"
#include "protocols/grpc/services/file_service.hpp"
#include "protocols/grpc/services/process_service.hpp"
#include "protocols/grpc/services/reflection_service.hpp"
#include "protocols/grpc/services/seed_service.hpp"
#include "protocols/grpc/services/session_service.hpp"
#include "protocols/grpc/services/shell_service.hpp"
#include "protocols/grpc/services/system_service.hpp"
#include "protocols/grpc/services/terminal_service.hpp"

#include <grpc/health/v1/health.pb.h>
#include <grpc/reflection/v1/reflection.grpc.pb.h>
#include <grpc/reflection/v1alpha/reflection.grpc.pb.h>
#include <grpcpp/grpcpp.h>
#include <grpcpp/resource_quota.h>
#include <thread>

namespace strata {

namespace {

namespace v1_reflection = grpc::reflection::v1;
namespace v1alpha_reflection = grpc::reflection::v1alpha;
template <class Service, class Request, class Response> using reflection = reflection_service<Service, Request, Response>;

constexpr std::size_t stream_threads = 2;
/// Of one connection, at one time.
constexpr int most_calls = 256;
/// A client that says nothing for so long is asked whether it lives, and gone when it does not say so.
constexpr int ping_every_ms = 30'000, ping_patience_ms = 15'000;
/// The least time between pings of a client.
constexpr int least_ping_interval_ms = 5'000;

int bounded(std::int64_t value) { return static_cast<int>(std::clamp<std::int64_t>(value, 0, std::numeric_limits<int>::max())); }

void set_bounds(grpc::ServerBuilder& builder, const server_options& options) {
  builder.SetMaxReceiveMessageSize(bounded(static_cast<std::int64_t>(options.body_limit)));
  builder.SetResourceQuota(grpc::ResourceQuota{"strata"}.Resize(options.buffered_limit));
  builder.AddChannelArgument(GRPC_ARG_MAX_METADATA_SIZE, bounded(static_cast<std::int64_t>(options.header_limit)));
  builder.AddChannelArgument(GRPC_ARG_MAX_CONCURRENT_STREAMS, most_calls);
  builder.AddChannelArgument(GRPC_ARG_SERVER_HANDSHAKE_TIMEOUT_MS, bounded(options.header_timeout.count()));
  builder.AddChannelArgument(GRPC_ARG_MAX_CONNECTION_IDLE_MS, bounded(options.idle_timeout.count()));
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIME_MS, ping_every_ms);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, ping_patience_ms);
  builder.AddChannelArgument(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS, least_ping_interval_ms);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1);
}

} // namespace

struct grpc_server::state {
  explicit state(const server_facts& of) : facts{of} {}

  const server_facts& facts;
  const call_threads streams = std::make_shared<boost::asio::thread_pool>(stream_threads);
  const service_names names{
    ::sandbox::SandboxService::service_full_name(),
    v1::SessionService::service_full_name(),
    v1::ShellService::service_full_name(),
    v1::ProcessService::service_full_name(),
    v1::TerminalService::service_full_name(),
    v1::FileService::service_full_name(),
    v1::SystemService::service_full_name(),
    grpc::health::v1::HealthCheckRequest::descriptor()->file()->service(0)->full_name(), // libgrpc++ serves it
    v1_reflection::ServerReflection::service_full_name(),
    v1alpha_reflection::ServerReflection::service_full_name(),
  };
  seed_service seed{facts, streams};
  session_service sessions{facts};
  shell_service shells{facts, streams};
  process_service processes{facts, streams};
  terminal_service terminals{facts, streams};
  file_service files{facts, streams};
  system_service system{facts};
  reflection<v1_reflection::ServerReflection, v1_reflection::ServerReflectionRequest, v1_reflection::ServerReflectionResponse>
    reflection_v1{facts, streams, names};
  reflection<v1alpha_reflection::ServerReflection, v1alpha_reflection::ServerReflectionRequest,
             v1alpha_reflection::ServerReflectionResponse>
    reflection_v1alpha{facts, streams, names};
  http2_connection::taker taker{};
  std::unique_ptr<grpc::Server> server;
  std::thread stopping;
};

result<std::unique_ptr<grpc_server>> grpc_server::start(boost::asio::io_context& io, const server_facts& facts) {
  auto made = std::make_unique<state>(facts);
  STRATA_TRY(made->taker.hangups, hangup_watch::make(io));
  made->taker.problems = &facts.problems;
  take_library_log();
  grpc::EnableDefaultHealthCheckService(true);
  grpc::ServerBuilder builder;
  set_bounds(builder, facts.options);
  using connections = grpc::ServerBuilder::experimental_type::ExternalConnectionType;
  made->taker.acceptor =
    builder.experimental().AddExternalConnectionAcceptor(connections::FROM_FD, grpc::InsecureServerCredentials());
  for (grpc::Service* service :
       std::initializer_list<grpc::Service*>{&made->seed, &made->sessions, &made->shells, &made->processes, &made->terminals,
                                             &made->files, &made->system, &made->reflection_v1, &made->reflection_v1alpha})
    builder.RegisterService(service);
  made->server = builder.BuildAndStart();
  if (!made->server)
    return error{errc::internal, "start gRPC: it does not say why"};
  auto server = std::unique_ptr<grpc_server>{new grpc_server{std::move(made)}};
  server->set_serving(true);
  return server;
}

grpc_server::grpc_server(std::unique_ptr<state> made) : state_{std::move(made)} {}

grpc_server::~grpc_server() {
  if (state_->stopping.joinable())
    state_->stopping.join();
  else
    state_->server->Shutdown(std::chrono::system_clock::now());
  state_->server.reset();
  state_->streams->join();
  state_->taker.hangups->close();
}

upgrade grpc_server::taker() const {
  return [to = state_->taker](connection_socket socket, std::string beyond, std::function<void()> over) {
    return std::make_shared<http2_connection>(to, std::move(socket), std::move(beyond), std::move(over));
  };
}

void grpc_server::set_serving(bool serving) {
  auto* const health = state_->server->GetHealthCheckService();
  health->SetServingStatus(serving); // the server as a whole
  for (const auto& name : state_->names)
    health->SetServingStatus(name, serving);
}

void grpc_server::stop(std::function<void()> finished) {
  if (state_->stopping.joinable())
    return;
  state_->stopping = std::thread{[this, finished = std::move(finished)] {
    state_->server->Shutdown();
    finished();
  }};
}

} // namespace strata
