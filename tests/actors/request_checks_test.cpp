// SPDX-License-Identifier: MIT
// clang-format off
#include "actors/request_checks.hpp"
#include "actors/session_ids.hpp"
#include "tests/actors/scene.hpp"

/// What a request must hold to be taken at all. Each refusal names its field and costs nothing.
namespace strata::test {

namespace {

constexpr std::int64_t too_long = 11LL * 366 * 24 * 60 * 60 * 1000;

struct refusal {
  errc code;
  std::string word; ///< in the message
};

/// What is wrong with the request, or nothing.
template <class Request, class... Options>
std::optional<refusal> wrong(const Request& request, const Options&... options) {
  auto checked = check(request, options...);
  return checked ? std::nullopt : std::optional{refusal{checked.error().code, checked.error().message}};
}

template <class Request>
using change_of = std::function<void(Request&)>;

template <class Request, class... Options>
void expect_refused(Request base, const std::vector<std::pair<change_of<Request>, refusal>>& table, const Options&... options) {
  ASSERT_FALSE(wrong(base, options...)) << wrong(base, options...)->word;
  for (std::size_t i = 0; i < table.size(); ++i) {
    auto request = base;
    table[i].first(request);
    auto found = wrong(request, options...);
    ASSERT_TRUE(found) << "row " << i << ", " << table[i].second.word;
    EXPECT_EQ(found->code, table[i].second.code) << found->word;
    EXPECT_NE(found->word.find(table[i].second.word), std::string::npos) << found->word;
  }
}

using enum errc;

} // namespace

TEST(checks, of_create) {
  expect_refused<create_session>(
    creation(),
    {
      {[](auto& r) { r.key.owner_id = ""; }, {invalid_argument, "owner_id and session_id are required"}},
      {[](auto& r) { r.key.session_id = std::string(129, 'x'); }, {invalid_argument, "session_id is longer"}},
      {[](auto& r) { r.key.owner_id = "a\nb"; }, {invalid_argument, "owner_id has a control character"}},
      {[](auto& r) { r.key.owner_id = std::string{"a\0b", 3}; }, {invalid_argument, "control"}},
      {[](auto& r) { r.key.owner_id = "a\x7f"; }, {invalid_argument, "control"}},
      {[](auto& r) { r.if_exists = "replace"; }, {invalid_argument, "if_exists"}},
      {[](auto& r) { r.metadata[""] = "x"; }, {invalid_argument, "metadata"}},
      {[](auto& r) { r.metadata["a\tb"] = "x"; }, {invalid_argument, "metadata"}},
      {[](auto& r) { r.metadata["big"] = std::string(16 << 10, 'x'); }, {invalid_argument, "metadata"}},
      {[](auto& r) { for (int i = 0; i < 65; ++i) r.metadata[std::to_string(i)] = ""; }, {invalid_argument, "metadata"}},
      {[](auto& r) { r.env["1A"] = "x"; }, {invalid_argument, "env"}},
      {[](auto& r) { r.env["A=B"] = "x"; }, {invalid_argument, "env"}},
      {[](auto& r) { r.env[""] = "x"; }, {invalid_argument, "env"}},
      {[](auto& r) { r.env["A"] = std::string{"x\0", 2}; }, {invalid_argument, "NUL"}},
      {[](auto& r) { r.env["A"] = std::string(128 << 10, 'x'); }, {invalid_argument, "env A is longer"}},
      {[](auto& r) { for (char c : {'A', 'B', 'C'}) r.env[{c}] = std::string(100 << 10, 'x'); }, {invalid_argument, "256 KiB"}},
      {[](auto& r) { r.network.mode = "bridge"; }, {invalid_argument, "network.mode"}},
      {[](auto& r) { r.network.mode = "host"; }, {permission_denied, "network.mode"}},
      {[](auto& r) { r.network.mode = "egress"; }, {unsupported, "network.mode"}},
      {[](auto& r) { r.network.allow = {"x"}; }, {unsupported, "network.allow"}},
      {[](auto& r) { r.network.deny = {"x"}; }, {unsupported, "network.deny"}},
      {[](auto& r) { r.limits.memory_bytes = 1; }, {unsupported, "limits.memory_bytes"}},
      {[](auto& r) { r.limits.pids = 0; }, {unsupported, "limits.pids"}},
      {[](auto& r) { r.user = std::string(129, 'x'); }, {invalid_argument, "user"}},
      {[](auto& r) { r.cwd = std::string{"/\0", 2}; }, {invalid_argument, "cwd"}},
      {[](auto& r) { r.cwd = std::string(4096, '/'); }, {invalid_argument, "cwd"}},
      {[](auto& r) { r.idle_ttl_ms = -1; }, {invalid_argument, "idle_ttl_ms"}},
      {[](auto& r) { r.expires_in_ms = -1; }, {invalid_argument, "expires_in_ms"}},
      {[](auto& r) { r.expires_in_ms = too_long; }, {invalid_argument, "expires_in_ms"}},
      {[](auto& r) { r.idle_ttl_ms = INT64_MAX; }, {invalid_argument, "idle_ttl_ms"}},
      {[](auto& r) { r.on_idle = "freeze"; }, {unsupported, "on_idle"}},
      {[](auto& r) { r.on_expiry = "explode"; }, {invalid_argument, "on_expiry"}},
      {[](auto& r) { r.base = "rootfs"; }, {unsupported, "base"}},
    },
    runtime_options{});
}

TEST(checks, of_exec) {
  expect_refused<exec_request>(
    command("ls"),
    {
      {[](auto& r) { r.session.key.session_id = ""; }, {invalid_argument, "owner_id and session_id are required"}},
      {[](auto& r) { r.command = ""; }, {invalid_argument, "command is required"}},
      {[](auto& r) { r.command.assign((8 << 20) + 1, 'x'); }, {too_large, "command"}},
      {[](auto& r) { r.shell = "fresh", r.command.assign(131072, 'x'); }, {too_large, "shell fresh"}},
      {[](auto& r) { r.command = std::string{"a\0b", 3}; }, {invalid_argument, "command has a NUL"}},
      {[](auto& r) { r.timeout_ms = -1; }, {invalid_argument, "timeout_ms"}},
      {[](auto& r) { r.wait_ms = -1; }, {invalid_argument, "wait_ms"}},
      {[](auto& r) { r.queue_ms = -1; }, {invalid_argument, "queue_ms"}},
      {[](auto& r) { r.timeout_ms = INT64_MAX; }, {invalid_argument, "timeout_ms"}},
      {[](auto& r) { r.env["a-b"] = "x"; }, {invalid_argument, "env"}},
      {[](auto& r) { r.cwd = std::string(4096, '/'); }, {invalid_argument, "cwd"}},
      {[](auto& r) { r.shell = ""; }, {invalid_argument, "shell"}},
      {[](auto& r) { r.shell = "../x"; }, {invalid_argument, "shell"}},
      {[](auto& r) { r.shell = ".."; }, {invalid_argument, "shell"}},
      {[](auto& r) { r.shell = std::string(65, 'x'); }, {invalid_argument, "shell"}},
      {[](auto& r) { r.user = "bob"; }, {invalid_argument, "user"}},
      {[](auto& r) { r.max_output_bytes = -1; }, {invalid_argument, "max_output_bytes"}},
      {[](auto& r) { r.max_output_bytes = (8 << 20) + 1; }, {invalid_argument, "max_output_bytes"}},
      {[](auto& r) { r.create = "always"; }, {invalid_argument, "create"}},
      {[](auto& r) { r.on_disconnect = "pause"; }, {invalid_argument, "on_disconnect"}},
    });
  auto request = fresh("ls");
  request.user = "bob";
  request.stdin_data = std::string{"any\0\xff", 5};
  request.max_output_bytes = 0;
  EXPECT_FALSE(wrong(request));
}

TEST(checks, of_the_others) {
  expect_refused<open_shell>(opening("a"), {
    {[](auto& r) { r.shell = "fresh"; }, {invalid_argument, "fresh"}},
    {[](auto& r) { r.shell = "a b"; }, {invalid_argument, "shell"}},
    {[](auto& r) { r.pty = true; }, {unsupported, "pty"}},
    {[](auto& r) { r.startup.assign(17, "/x"); }, {invalid_argument, "startup"}},
    {[](auto& r) { r.startup = {std::string(4096, 'x')}; }, {invalid_argument, "startup"}},
  });
  expect_refused<update_session>(change(), {
    {[](auto& r) { r.idle_ttl_ms = -1; }, {invalid_argument, "idle_ttl_ms"}},
    {[](auto& r) { r.expires_in_ms = -1; }, {invalid_argument, "expires_in_ms"}},
    {[](auto& r) { r.expires_given = true; r.expires_in_ms = 1; }, {invalid_argument, "expires_at and expires_in_ms"}},
    {[](auto& r) { r.env["1"] = std::nullopt; }, {invalid_argument, "env"}},
  });
  EXPECT_TRUE(wrong(close_shell{{key(), {}}, ""}));
  EXPECT_TRUE(wrong(session_ref{{"o", ""}, "abcdefghijklmnopqrst"}));
  EXPECT_FALSE(wrong(by_uid("whatever")));
}

TEST(checks, refused_calls_make_nothing) {
  scene at;
  EXPECT_EQ(at.call(command("")).code(), invalid_argument);
  auto session = creation();
  session.limits.pids = 5;
  EXPECT_EQ(at.call(session).code(), unsupported);
  EXPECT_EQ(at.launcher.launched(), 0u);
  EXPECT_TRUE(at.call(list_sessions{}).value().items.empty());
}

TEST(ids, are_odd_or_not_but_never_refused_for_their_looks) {
  for (const char* id : {"../x", ".", "..", "a/b", "a:b", "rootfs", "x;touch${IFS}y", "x,lowerdir=.", "\xff\xfe", "é", " "})
    EXPECT_TRUE(check_key({id, id})) << id;
}

TEST(ids, uids_are_dns_labels_and_all_different) {
  std::set<std::string> seen;
  for (int i = 0; i < 1000; ++i) {
    const auto uid = make_uid();
    EXPECT_TRUE(is_uid(uid)) << uid;
    EXPECT_TRUE(seen.insert(uid).second);
  }
  for (const char* bad : {"", "abc", "1bcdefghijklmnopqrst", "Abcdefghijklmnopqrst", "abcdefghijklmnopqrst0", "abcdefghij-lmnopqrst"})
    EXPECT_FALSE(is_uid(bad)) << bad;
}

} // namespace strata::test
