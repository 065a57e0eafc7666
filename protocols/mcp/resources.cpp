// SPDX-License-Identifier: MIT
#include "protocols/mcp/resources.hpp"

#include "protocols/json/base64.hpp"
#include "protocols/mcp/media_type.hpp"
#include "protocols/mcp/resource_uri.hpp"
#include "protocols/mcp/tool_call.hpp"

#include <fmt/format.h>

namespace strata {

namespace {

constexpr std::int64_t max_bytes = 1 << 20;

ordered_json resource_template(std::string_view uri, std::string_view name, std::string_view title, std::string_view what) {
  return {{"uriTemplate", uri}, {"name", name}, {"title", title}, {"description", what}};
}

ordered_json templates() {
  return {{"resourceTemplates",
           {resource_template("strata://{owner}/{session}/files{+path}", "session_file", "File of a session",
                              "a file, up to 1 MiB; a path below the home begins with /~"),
            resource_template("strata://{owner}/{session}/processes/{id}/output", "process_output", "Output of a process",
                              "what it has written so far, up to 1 MiB from its beginning")}}};
}

void refuse(tool_call& call, const error& why, const std::string& uri) {
  call.refuse(rpc_code::invalid_params, std::string{to_string(why.code)} + ": " + why.message, 200, {{"uri", uri}});
}

void give(tool_call& call, const std::string& uri, const std::string& bytes) {
  ordered_json content{{"uri", uri}};
  const auto image = image_type(bytes);
  if (image.empty() && is_text(bytes) && is_utf8(bytes)) {
    content["mimeType"] = "text/plain";
    content["text"] = bytes;
  } else {
    content["mimeType"] = image.empty() ? "application/octet-stream" : image;
    content["blob"] = base64_encode(bytes);
  }
  ordered_json result{{"contents", ordered_json::array({std::move(content)})}};
  if (call.reply().call().modern) { // it may change at any time
    result["ttlMs"] = 0;
    result["cacheScope"] = "private";
  }
  call.give(std::move(result));
}

/// Reads a file to its end.
class file_resource : public std::enable_shared_from_this<file_resource> {
public:
  file_resource(std::shared_ptr<tool_call> call, std::string uri, file_content content)
    : call_{std::move(call)}, uri_{std::move(uri)}, content_{std::move(content)} {}

  void go_on() {
    content_.bytes->next([self = shared_from_this()](result<std::string> piece) {
      boost::asio::post(self->call_->strand(), [self, piece = std::move(piece)] { self->take(piece); });
    });
  }

private:
  void take(const result<std::string>& piece) {
    if (!piece)
      return refuse(*call_, piece.error(), uri_);
    if (piece->empty())
      return strata::give(*call_, uri_, bytes_);
    bytes_ += *piece;
    if (static_cast<std::int64_t>(bytes_.size()) > max_bytes)
      return refuse(*call_, error{errc::too_large, "it grows while it is read"}, uri_);
    go_on();
  }

  const std::shared_ptr<tool_call> call_;
  const std::string uri_;
  const file_content content_;
  std::string bytes_;
};

void read_file_resource(tool_call& call, const resource_uri& named, const std::string& uri) {
  read_file operation;
  operation.session.key = named.session;
  operation.path = named.name;
  call.run(std::move(operation),
           std::function<void(tool_call&, result<file_content>)>{[uri](tool_call& to, result<file_content> content) {
             if (!content)
               return refuse(to, content.error(), uri);
             if (content->info.size > max_bytes)
               return refuse(to,
                             error{errc::too_large, fmt::format("it has {} bytes; file_read reads parts of a text, and GET "
                                                                "/api/sessions/…/files?path= any bytes",
                                                                content->info.size)},
                             uri);
             std::make_shared<file_resource>(to.shared_from_this(), uri, std::move(*content))->go_on();
           }});
}

void read_output_resource(tool_call& call, const resource_uri& named, const std::string& uri) {
  read_output operation;
  operation.session.key = named.session;
  operation.process = named.name;
  operation.limit = max_bytes;
  call.run(std::move(operation),
           std::function<void(tool_call&, result<output_page>)>{[uri](tool_call& to, const result<output_page>& page) {
             if (!page)
               return refuse(to, page.error(), uri);
             std::string bytes;
             for (const auto& record : page->records)
               bytes += record.gap > 0 ? fmt::format("\n[... {} bytes are missing here ...]\n", record.gap) : record.bytes;
             give(to, uri, bytes);
           }});
}

void read_resource(const std::shared_ptr<mcp_reply>& reply) {
  const auto& params = reply->call().message.params;
  const auto uri = params.find("uri");
  if (uri == params.end() || !uri->is_string())
    return reply->fault(rpc_code::invalid_params, "uri: expected a resource's URI", 400);
  const auto text = uri->get<std::string>();
  const auto named = parse_resource_uri(text);
  if (!named)
    return reply->fault(rpc_code::invalid_params, "resource not found", 200, {{"uri", text}});
  const auto call = std::make_shared<tool_call>(reply, json::object());
  named->is_file ? read_file_resource(*call, *named, text) : read_output_resource(*call, *named, text);
}

} // namespace

bool serve_resource_method(const std::shared_ptr<mcp_reply>& reply) {
  const auto& method = reply->call().message.method;
  if (method == "resources/list") // there are as many as files: see the templates
    reply->cacheable_result({{"resources", ordered_json::array()}});
  else if (method == "resources/templates/list")
    reply->cacheable_result(templates());
  else if (method == "resources/read")
    read_resource(reply);
  else
    return false;
  return true;
}

} // namespace strata
