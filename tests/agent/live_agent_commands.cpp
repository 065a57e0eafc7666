// SPDX-License-Identifier: MIT
#include "tests/agent/live_agent.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <thread>
#include <unistd.h>

namespace strata::test {

namespace {

template <class Body> Body decoded(const wire::frame& frame) {
  Body body;
  EXPECT_TRUE(wire::decode(frame.body.data(), frame.body.size(), body));
  return body;
}

/// Writes beside the reader, as the server's pump does; ends when the reader goes.
std::thread feed(unique_fd pipe, std::string text) {
  return std::thread{[pipe = std::move(pipe), text = std::move(text)] {
    ::fcntl(pipe.get(), F_SETFL, 0);
    for (std::size_t done = 0; done < text.size();) {
      auto written = ::write(pipe.get(), text.data() + done, text.size() - done);
      if (written <= 0)
        return;
      done += static_cast<std::size_t>(written);
    }
  }};
}

} // namespace

std::optional<wire::failure> live_agent::open_shell(const std::string& name, std::vector<std::string> env, std::string cwd,
                                                    std::string user, std::vector<std::string> startup) {
  auto all = plain_environment();
  all.insert(all.end(), env.begin(), env.end());
  auto answer = reply_to(send(wire::message::open_shell, wire::open_shell{name, all, cwd, user, startup}));
  if (answer.type == wire::message::failure)
    return decoded<wire::failure>(answer);
  EXPECT_EQ(answer.type, wire::message::started);
  return std::nullopt;
}

shell_result live_agent::shell(wire::shell_run request, const std::string& input, const std::function<void()>& during) {
  shell_result all;
  auto answer = reply_to(send(wire::message::shell_run, request));
  if (answer.type == wire::message::failure) {
    all.refused = decoded<wire::failure>(answer);
    return all;
  }
  EXPECT_EQ(answer.type, wire::message::started);
  EXPECT_EQ(answer.fds.size(), 1u + (request.merge == 0) + (request.want_stdin != 0));
  std::thread feeder;
  if (request.want_stdin != 0) {
    feeder = feed(std::move(answer.fds.back()), input);
    answer.fds.pop_back();
  }
  if (during)
    during();
  std::vector<std::string> texts(answer.fds.size());
  auto event = next_event(answer.fds, texts);
  EXPECT_EQ(event.type, wire::message::shell_ended);
  all.end = decoded<wire::shell_ended>(event);
  EXPECT_EQ(all.end->id, request.id);
  all.out = texts[0];
  if (texts.size() > 1)
    all.err = texts[1];
  if (feeder.joinable())
    feeder.join();
  return all;
}

run_result live_agent::run(wire::run request, const std::string& input, const std::function<void()>& during) {
  run_result all;
  int in[2], out[2], err[2];
  EXPECT_EQ(::pipe2(in, O_CLOEXEC) + ::pipe2(out, O_CLOEXEC) + ::pipe2(err, O_CLOEXEC), 0);
  unique_fd feeding{in[1]};
  std::vector<unique_fd> outputs;
  outputs.emplace_back(out[0]);
  outputs.emplace_back(err[0]);
  {
    unique_fd theirs[] = {unique_fd{in[0]}, unique_fd{out[1]}, unique_fd{err[1]}};
    auto number = send(wire::message::run, request, {in[0], out[1], err[1]});
    auto answer = reply_to(number);
    if (answer.type == wire::message::failure) {
      all.refused = decoded<wire::failure>(answer);
      return all;
    }
  }
  auto feeder = feed(std::move(feeding), input);
  if (during)
    during();
  std::vector<std::string> texts(2);
  auto event = next_event(outputs, texts);
  EXPECT_EQ(event.type, wire::message::ended);
  all.end = decoded<wire::ended>(event);
  all.out = texts[0];
  all.err = texts[1];
  feeder.join();
  return all;
}

run_result live_agent::run(std::vector<std::string> argv) {
  return run(wire::run{next_id(), std::move(argv), plain_environment(), "/", {}});
}

void live_agent::end(const std::string& id) {
  EXPECT_EQ(reply_to(send(wire::message::end_command, wire::end_command{id})).type, wire::message::done);
}

wire::usage_reply live_agent::usage() { return decoded<wire::usage_reply>(reply_to(send(wire::message::usage, std::string{}))); }

} // namespace strata::test
