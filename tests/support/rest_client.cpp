// SPDX-License-Identifier: MIT
#include "tests/support/rest_client.hpp"

namespace strata::test {

namespace {

json exec_body(std::string_view command, json members) {
  members["command"] = command;
  if (!members.contains("timeout_ms") && !members.contains("wait_ms"))
    members["timeout_ms"] = 100'000; // the machine may be busy; a hang still becomes a failure
  return members;
}

std::string short_body(const http_answer& answer) { return answer.body.substr(0, 1000); }

} // namespace

http_answer rest_client::create(const session_name& name, json members) {
  members["owner_id"] = name.owner;
  members["session_id"] = name.session;
  return post("/api/sessions", members);
}

http_answer rest_client::exec(const session_name& name, std::string_view command, json members) {
  send_exec(name, command, std::move(members));
  return receive();
}

void rest_client::send_exec(const session_name& name, std::string_view command, json members) {
  send("POST", name.path() + "/exec", exec_body(command, std::move(members)).dump());
}

http_answer rest_client::remove(const session_name& name) { return call("DELETE", name.path() + "?wait=files"); }

json rest_client::run(const session_name& name, std::string_view command, json members) {
  auto answer = exec(name, command, std::move(members));
  EXPECT_EQ(answer.status, 200) << command.substr(0, 200) << ": " << short_body(answer);
  return answer.status == 200 ? answer.json() : json::object();
}

std::string rest_client::output(const session_name& name, std::string_view command, json members) {
  return run(name, command, std::move(members)).value("output", "");
}

testing::AssertionResult is_error(const http_answer& answer, int status, std::string_view code) {
  auto failure = testing::AssertionFailure()
                 << "answer " << answer.status << " " << short_body(answer) << ", expected " << status << " " << code;
  if (answer.status != status)
    return failure;
  auto type = answer.headers.find("content-type");
  if (type == answer.headers.end() || !type->second.starts_with("application/json"))
    return failure << " as application/json";
  auto body = answer.json();
  if (body.value("code", "") != code || body.value("error", "").empty() || body.value("status", 0) != status
      || body.value("type", "") != "urn:strata:error:" + std::string{code} || body.value("title", "").empty()
      || body.value("detail", "").empty() || !body.contains("retryable"))
    return failure << " with error, code, type, title, status, detail and retryable";
  return testing::AssertionSuccess();
}

testing::AssertionResult is_status(const http_answer& answer, int status) {
  if (answer.status == status)
    return testing::AssertionSuccess();
  return testing::AssertionFailure() << "answer " << answer.status << " " << short_body(answer) << ", expected " << status;
}

} // namespace strata::test
