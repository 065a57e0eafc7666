// SPDX-License-Identifier: MIT
#include "bench/protocols/throughput.hpp"

#include "bench/http_call.hpp"
#include "bench/loopback.hpp"
#include "bench/measure.hpp"

#include <array>
#include <cstdio>
#include <fmt/format.h>
#include <grpcpp/grpcpp.h>
#include <nlohmann/json.hpp>
#include <strata/v1/shell.grpc.pb.h>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

namespace strata::bench {

namespace {

constexpr std::size_t piece = 64 << 10;

/// Lines of a thousand characters that JSON leaves as they are.
std::string loud_command(std::int64_t bytes) { return fmt::format("yes $(printf %0999d 0) | head -c {}", bytes); }

void copy_pipe_to_tcp(std::int64_t bytes) {
  loopback_pair tcp;
  std::thread copies{[&] {
    FILE* pipe = ::popen(loud_command(bytes).c_str(), "re");
    std::array<char, piece> chunk;
    for (ssize_t got; (got = ::read(::fileno(pipe), chunk.data(), chunk.size())) > 0;)
      for (ssize_t sent = 0; sent < got;) {
        const auto more = ::send(tcp.writer.get(), chunk.data() + sent, static_cast<std::size_t>(got - sent), MSG_NOSIGNAL);
        if (more <= 0)
          break;
        sent += more;
      }
    ::pclose(pipe);
    tcp.writer.reset();
  }};
  std::array<char, piece> chunk;
  std::int64_t seen = 0;
  for (ssize_t got; (got = ::recv(tcp.reader.get(), chunk.data(), chunk.size(), 0)) > 0;)
    seen += got;
  copies.join();
  expect(seen == bytes, "the copy is not whole");
}

/// What gRPC alone takes: the same messages, filled from the same command's pipe on the host.
class bare_grpc final : public v1::ShellService::Service {
public:
  bare_grpc() {
    grpc::ServerBuilder builder;
    builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port_);
    builder.RegisterService(this);
    server_ = builder.BuildAndStart();
  }
  int port() const { return port_; }

private:
  grpc::Status ExecStream(grpc::ServerContext*, const v1::ExecRequest* request,
                          grpc::ServerWriter<v1::ProcessEvent>* events) override {
    FILE* pipe = ::popen(request->command().c_str(), "re");
    std::array<char, piece> chunk;
    v1::ProcessEvent event;
    for (ssize_t got; (got = ::read(::fileno(pipe), chunk.data(), chunk.size())) > 0;) {
      event.mutable_output()->set_data(chunk.data(), static_cast<std::size_t>(got));
      events->Write(event);
    }
    ::pclose(pipe);
    return grpc::Status::OK;
  }

  int port_ = 0;
  std::unique_ptr<grpc::Server> server_;
};

void exec_stream(v1::ShellService::Stub& stub, std::int64_t bytes) {
  grpc::ClientContext context;
  v1::ExecRequest request;
  request.mutable_session()->set_owner_id("bench");
  request.mutable_session()->set_session_id("loud");
  request.set_command(loud_command(bytes));
  const auto events = stub.ExecStream(&context, request);
  std::int64_t seen = 0;
  for (v1::ProcessEvent event; events->Read(&event);)
    seen += static_cast<std::int64_t>(event.output().data().size());
  const auto status = events->Finish();
  expect(status.ok() && seen == bytes, "ExecStream is not whole: " + status.error_message());
}

/// Only the end is looked at: what a client makes of the events is its own affair.
void server_sent_events(http_connection& http, std::int64_t bytes) {
  const auto body = nlohmann::json{{"command", loud_command(bytes)}, {"timeout_ms", 600'000}}.dump();
  http.send("POST", "/api/sessions/bench/loud/exec", body, "Accept: text/event-stream\r\n");
  std::string tail;
  for (std::array<char, piece> chunk; !tail.ends_with("\r\n0\r\n\r\n");) {
    const auto got = ::recv(http.fd(), chunk.data(), chunk.size(), 0);
    expect(got > 0, "the server hung up");
    tail.append(chunk.data(), static_cast<std::size_t>(got));
    if (tail.size() > 2 * piece)
      tail.erase(0, tail.size() - 4096);
  }
  expect(tail.find(fmt::format("\"stdout_bytes\":{}", bytes)) != std::string::npos, "the events are not whole: " + tail);
}

} // namespace

void measure_throughput(std::uint16_t port, int rounds, std::int64_t mebibytes) {
  const auto bytes = mebibytes << 20;
  const auto stub_of = [](int at) {
    return v1::ShellService::NewStub(grpc::CreateChannel(fmt::format("127.0.0.1:{}", at), grpc::InsecureChannelCredentials()));
  };
  const bare_grpc bare;
  const auto stub = stub_of(port), bare_stub = stub_of(bare.port());
  http_connection http{port};
  series raw, raw_grpc, grpc_stream, events;
  for (int i = 0; i < rounds; ++i) {
    raw.add(timed([&] { copy_pipe_to_tcp(bytes); }));
    raw_grpc.add(timed([&] { exec_stream(*bare_stub, bytes); }));
    grpc_stream.add(timed([&] { exec_stream(*stub, bytes); }));
    events.add(timed([&] { server_sent_events(http, bytes); }));
  }
  fmt::print("\n**{} MiB of output**\n\n| measure | n | p50 MB/s | of raw |\n|---|--:|--:|--:|\n", mebibytes);
  const auto print = [&](std::string_view name, const series& took) {
    const auto median = took.percentile(0.5);
    fmt::print("| {} | {} | {:.0f} | {:.2f} |\n", name, took.size(), static_cast<double>(bytes) / median,
               raw.percentile(0.5) / median);
  };
  print("raw: pipe of the same command on the host, read and written to TCP", raw);
  print("the same pipe into a bare gRPC stream", raw_grpc);
  print("gRPC ExecStream", grpc_stream);
  print("exec as server-sent events", events);
}

} // namespace strata::bench
