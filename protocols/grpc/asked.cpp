// SPDX-License-Identifier: MIT
#include "protocols/grpc/asked.hpp"

#include "protocols/context_fields.hpp"

namespace strata {

namespace {

std::optional<std::string_view> metadata(const grpc::CallbackServerContext& context, const char* name) {
  const auto& all = context.client_metadata();
  auto [first, last] = all.equal_range(name);
  if (first == last)
    return std::nullopt;
  const auto value = first->second;
  return std::next(first) == last ? std::string_view{value.data(), value.size()} : std::string_view{};
}

} // namespace

std::string peer_text(std::string_view uri) {
  auto text = std::string{uri.substr(uri.find(':') + 1)};
  for (const auto& [escape, plain] : {std::pair{std::string_view{"%5B"}, '['}, {"%5D", ']'}, {"%25", '%'}})
    if (const auto at = text.find(escape); at != text.npos)
      text.replace(at, escape.size(), 1, plain);
  return text;
}

result<call_context> context_of(const asked& call, const google::protobuf::MessageLite* request) {
  call_context context;
  context.request_id = request_id_of(metadata(call.context, "x-request-id").value_or(""));
  context.peer = call.peer;
  context.protocol = "grpc";
  call.context.AddInitialMetadata("x-request-id", context.request_id);
  if (const auto parent = metadata(call.context, "traceparent"); parent && is_traceparent(*parent))
    context.traceparent = *parent;
  if (const auto key = metadata(call.context, "idempotency-key")) {
    STRATA_TRY(context.idempotency_key, idempotency_key_of(*key));
    if (request == nullptr)
      return error{errc::invalid_argument, "this call takes no idempotency-key", {}};
    context.content_digest = digest_of({call.method, request->SerializeAsString()});
  }
  return context;
}

void tell_access(const asked& call, const std::string& request_id, int status, bool delivered) {
  if (!call.facts.options.on_access)
    return;
  access_record record;
  record.request_id = request_id;
  record.peer = call.peer;
  record.method = "GRPC";
  record.target = call.method;
  record.status = status;
  record.took = std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - call.at);
  record.delivered = delivered;
  call.facts.options.on_access(record);
}

} // namespace strata
