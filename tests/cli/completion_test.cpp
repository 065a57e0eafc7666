// SPDX-License-Identifier: MIT
// The completion scripts in the shells themselves. No server is reached: names of sessions are tried with the client commands.
#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <string>

namespace strata {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string run(const std::string& line) {
  std::string text;
  auto* const pipe =
    ::popen(("env -i PATH=/usr/bin:/bin HOME=/dev/null STRATA_ADDR=127.0.0.1:1 strata=" STRATA_PROGRAM " " + line).c_str(), "re");
  std::array<char, 4096> part;
  while (const auto count = std::fread(part.data(), 1, part.size(), pipe))
    text.append(part.data(), count);
  ::pclose(pipe);
  return text;
}

/// What is offered after these words, of which the last is being typed, one a line.
std::string in_bash(const std::string& words) {
  return run("bash --norc -c 'eval \"$($strata completion bash)\"; COMP_WORDS=(strata " + words
             + "); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _strata; printf \"%s\\n\" \"${COMPREPLY[@]}\"' 2>&1");
}

std::string in_zsh(const std::string& words) {
  return run("zsh -f -c 'compdef() { }; compadd() { shift; print -l -- \"$@\" }; _message() { }; _files() { print FILES }; "
             "_describe() { print -l -- ${(P)${@[-1]}} }; source <($strata completion zsh); words=(strata "
             + words + "); CURRENT=$#words; PREFIX=$words[-1]; _strata' 2>&1");
}

std::string in_fish(const std::string& line) {
  return run("fish --no-config -c '$strata completion fish | source; complete -C \"strata " + line + "\"' 2>&1");
}

TEST(completion, offers_commands) {
  for (const auto& offered : {in_bash("\"\""), in_zsh("\"\""), in_fish("")})
    for (const auto* const command : {"run", "serve", "exec", "new", "base", "completion", "help"})
      EXPECT_THAT(offered, HasSubstr(command));
  EXPECT_EQ("new\n", in_bash("ne"));
  EXPECT_EQ("create\n--help\n", in_bash("base \"\""));
  EXPECT_THAT(in_zsh("base \"\""), HasSubstr("create:"));
  EXPECT_THAT(in_fish("base "), HasSubstr("create\t"));
}

TEST(completion, offers_flags_of_the_command) {
  EXPECT_EQ("--fresh\n", in_bash("exec a/b --fr"));
  EXPECT_THAT(in_zsh("exec a/b --fr"), HasSubstr("--fresh:"));
  EXPECT_THAT(in_fish("exec a/b --fr"), HasSubstr("--fresh\t"));
  EXPECT_EQ("--session-ttl\n", in_bash("serve --session-t"));
  EXPECT_THAT(in_fish("serve --session-t"), HasSubstr("--session-ttl\t"));
  EXPECT_THAT(in_zsh("base --"), Not(HasSubstr("--fresh")));
}

TEST(completion, offers_values) {
  EXPECT_EQ("none\nhost\n", in_bash("new --network \"\""));
  EXPECT_EQ("none\nhost\n", in_zsh("new --network \"\""));
  EXPECT_THAT(in_fish("new --network "), AllOf(HasSubstr("host\t"), HasSubstr("none\t")));
  EXPECT_THAT(in_bash("completion \"\""), HasSubstr("bash\nzsh\nfish\n"));
  EXPECT_EQ("\n", in_bash("new --ttl \"\"")) << "nothing can be guessed";
  EXPECT_THAT(in_zsh("run --config \"\""), HasSubstr("FILES"));
  EXPECT_THAT(in_bash("run --config /etc/passw"), HasSubstr("/etc/passwd\n"));
}

TEST(completion, stops_where_the_words_of_a_command_begin) {
  EXPECT_EQ("\n", in_bash("exec a/b -- --fr"));
  EXPECT_EQ("FILES\n", in_zsh("exec a/b -- \"\""));
}

// Names of sessions are chosen by clients; whoever presses Tab must not run them.
TEST(completion, takes_names_of_sessions_as_they_are) {
  std::string place = "/tmp/strata-completion-XXXXXX";
  ASSERT_NE(nullptr, ::mkdtemp(place.data()));
  const auto ran = place + "/RAN";
  const std::string evil = "evil/$(touch${IFS}" + ran + ")\nevil/`touch " + ran + "`\nevil/(touch " + ran + ")\n";
  std::ofstream{place + "/strata"} << "#!/bin/sh\ncat <<'END'\n" << evil << "END\n"; // in the place of `strata ls`
  std::filesystem::permissions(place + "/strata", std::filesystem::perms::owner_all);
  const auto path = "bash -c 'PATH=" + place + ":$PATH; cd " + place + "; exec \"$@\"' - ";

  const auto bash = run(path
                        + "bash --norc -c 'eval \"$($strata completion bash)\"; COMP_WORDS=(strata exec \"\"); COMP_CWORD=2; "
                          "_strata; for each in \"${COMPREPLY[@]}\"; do eval \"printf \\\"%s\\\\n\\\" $each\"; done' 2>&1");
  EXPECT_EQ(evil, bash) << "quoted, so that they are one word again when the line is run";
  EXPECT_THAT(run(path
                  + "zsh -f -c 'compdef() { }; compadd() { shift; print -rl -- \"$@\" }; _describe() { }; source <($strata "
                    "completion zsh); words=(strata exec \"\"); CURRENT=3; PREFIX=; _strata' 2>&1"),
              HasSubstr(evil));
  EXPECT_THAT(run(path + "fish --no-config -c '$strata completion fish | source; complete -C \"strata exec e\"' 2>&1"),
              HasSubstr("evil/$(touch${IFS}"));
  EXPECT_FALSE(std::filesystem::exists(ran));
  std::filesystem::remove_all(place);
}

TEST(completion, is_for_three_shells) {
  EXPECT_EQ("strata: complete for shell \"tcsh\": expected bash, zsh or fish\n", run("bash -c '$strata completion tcsh' 2>&1"));
}

} // namespace
} // namespace strata
