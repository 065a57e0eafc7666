// SPDX-License-Identifier: MIT
#include "cli/client/file_transfer.hpp"

namespace strata::client {

namespace {

constexpr std::chrono::seconds no_deadline{0}; ///< large files take their time

/// All messages of a stream; `take` may end it with an error.
template <class Response, class Request, class Open, class Take>
result<void> receive(connection_to_server& server, const Request& request, Open open, Take take) {
  STRATA_TRY(const auto channel, server.channel());
  const auto context = server.context(no_deadline);
  file_stub stub{channel};
  const auto reader = open(stub, context.get(), request);
  Response message;
  result<void> outcome;
  while (outcome && reader->Read(&message))
    outcome = take(message);
  if (!outcome)
    context->TryCancel();
  while (!outcome && reader->Read(&message)) {
  }
  const auto status = reader->Finish();
  if (!outcome)
    return outcome;
  return status.ok() ? result<void>{} : error_of(status);
}

template <class Request, class Response, class Open>
result<Response> send(connection_to_server& server, const typename Request::Open& first,
                      const std::function<result<std::string>()>& next, Open open) {
  STRATA_TRY(const auto channel, server.channel());
  const auto context = server.context(no_deadline);
  file_stub stub{channel};
  Response response;
  const auto writer = open(stub, context.get(), &response);
  Request message;
  *message.mutable_open() = first;
  result<void> outcome;
  for (bool going = writer->Write(message); going;) {
    auto piece = next();
    if (!piece) {
      outcome = piece.error();
      context->TryCancel();
      break;
    }
    if (piece->empty()) {
      message.mutable_end();
      writer->Write(message);
      break;
    }
    message.set_data(std::move(*piece));
    going = writer->Write(message); // when it fails, the status says why
  }
  writer->WritesDone();
  const auto status = writer->Finish();
  if (!outcome)
    return outcome.error();
  if (!status.ok())
    return error_of(status);
  return response;
}

} // namespace

result<void> download(connection_to_server& server, const v1::ReadRequest& request,
                      const std::function<result<void>(const v1::File&)>& begin,
                      const std::function<result<void>(std::string_view)>& take) {
  return receive<v1::ReadResponse>(
    server, request, [](auto& stub, auto* context, const auto& asked) { return stub.Read(context, asked); },
    [&](const v1::ReadResponse& message) {
      return message.has_opened() ? begin(message.opened().file()) : take(message.data());
    });
}

result<v1::WriteResponse> upload(connection_to_server& server, const v1::WriteRequest::Open& open,
                                 const std::function<result<std::string>()>& next) {
  return send<v1::WriteRequest, v1::WriteResponse>(
    server, open, next, [](auto& stub, auto* context, auto* response) { return stub.Write(context, response); });
}

result<void> download_archive(connection_to_server& server, const v1::ReadArchiveRequest& request,
                              const std::function<result<void>(std::string_view)>& take) {
  return receive<v1::ReadArchiveResponse>(
    server, request, [](auto& stub, auto* context, const auto& asked) { return stub.ReadArchive(context, asked); },
    [&](const v1::ReadArchiveResponse& message) { return take(message.data()); });
}

result<v1::WriteArchiveResponse> upload_archive(connection_to_server& server, const v1::WriteArchiveRequest::Open& open,
                                                const std::function<result<std::string>()>& next) {
  return send<v1::WriteArchiveRequest, v1::WriteArchiveResponse>(
    server, open, next, [](auto& stub, auto* context, auto* response) { return stub.WriteArchive(context, response); });
}

} // namespace strata::client
