// SPDX-License-Identifier: MIT
// A server is killed in the middle of a process' output; a later one takes over what the agent kept of it. Each test has a
// process of its own: it forks, and must not have the threads that wait for disks by then.
#include "isolation/bwrap_sandbox.hpp"
#include "isolation/journal/disk_jobs.hpp"
#include "isolation/pipe_ends.hpp"
#include "tests/launch/scene.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/strand.hpp>
#include <csignal>
#include <fcntl.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <random>
#include <sys/wait.h>

namespace strata::test {

namespace {

constexpr journal::bounds roomy{.head_bytes = 256 << 20, .tail_bytes = 256 << 20};
constexpr auto id = "p1-abcd";

/// The server's life: runs the command until it is killed, and says when it has taken so much.
[[noreturn]] void serve(launched made, std::shared_ptr<const journal_place> place, command_spec spec, std::int64_t after,
                        int tell) {
  boost::asio::io_context io;
  bwrap_sandbox::endings on{[](const std::string&) {}, [](const std::function<void()>& gone) { gone(); }};
  const auto box = std::make_shared<bwrap_sandbox>(io.get_executor(), std::move(made), sandbox_facts{}, nullptr, std::move(place),
                                                   nullptr, std::move(on));
  const auto output = journal::make(roomy);
  spec.output = output;
  box->start();
  box->run(
    std::move(spec), [](const result<int>&) {}, [](const result<command_end>&) {});
  for (bool said = false;;) {
    io.run_one_for(std::chrono::milliseconds{1});
    if (!said && output->next() >= after)
      said = ::write(tell, "x", 1) == 1;
  }
}

class killed_server : public testing::Test {
protected:
  /// The journal as a later server has it when the process has ended.
  std::shared_ptr<journal> survive(command_spec spec, std::int64_t after) {
    ::signal(SIGPIPE, SIG_IGN);
    scene_.guest = agent_image::load(libexec() + "/strata-agent").value();
    auto made = launch(scene_.order());
    if (!made) {
      ADD_FAILURE() << made.error().message;
      return nullptr;
    }
    const auto place = std::make_shared<const journal_place>(scene_.duplicate_session());
    int told[2];
    EXPECT_EQ(::pipe2(told, O_CLOEXEC), 0);
    spec.id = id;
    spec.keep = true;
    const auto server = ::fork();
    if (server == 0)
      serve(std::move(*made), place, std::move(spec), after, told[1]);
    made->control.reset();
    char x = 0;
    EXPECT_EQ(::read(told[0], &x, 1), 1);
    ::kill(server, SIGKILL);
    ::waitpid(server, nullptr, 0);
    ::close(told[0]);
    ::close(told[1]);
    auto log = take_over(place);
    EXPECT_TRUE(end(*made));
    EXPECT_EQ("", processes_left());
    return log;
  }

  void survive_random_bytes(std::int64_t size);

private:
  std::shared_ptr<journal> take_over(std::shared_ptr<const journal_place> place) {
    auto again = connect_agent(scene_.order().session_dir);
    if (!again) {
      ADD_FAILURE() << again.error().message;
      return nullptr;
    }
    boost::asio::io_context io;
    auto strand = boost::asio::make_strand(io);
    const auto link = std::make_shared<agent_link>(strand, std::move(again->control));
    std::shared_ptr<journal> log;
    std::vector<std::shared_ptr<output_pump>> pumps;
    bool ended = false;
    link->start({[&](const wire::frame& frame) { ended = frame.type == wire::message::ended; },
                 [](const std::string& why) { ADD_FAILURE() << why; }});
    link->request(wire::message::list_kept, [&](result<wire::frame> answer) {
      wire::kept_list list;
      ASSERT_TRUE(answer && wire::decode(answer->body.data(), answer->body.size(), list));
      EXPECT_EQ(list.ids, std::vector<std::string>{id});
    });
    link->request(wire::message::take_back, wire::take_back{id}, {}, [&](result<wire::frame> answer) {
      wire::taken_back back;
      ASSERT_TRUE(answer && wire::decode(answer->body.data(), answer->body.size(), back));
      ended = back.has_ended != 0;
      std::map<std::string, unique_fd> files;
      for (std::size_t i = 0; i < back.names.size() && i < answer->fds.size(); ++i)
        files[back.names[i]] = std::move(answer->fds[i]);
      journal::kept_files kept;
      for (auto stream : {output_stream::out, output_stream::err, output_stream::merged})
        kept.streams[static_cast<std::size_t>(stream)] = std::move(files[std::string{to_string(stream)}]);
      kept.index = std::move(files["index"]);
      auto restored = journal::restore(roomy, place, id, std::move(kept));
      ASSERT_TRUE(restored) << restored.error().message;
      log = *restored;
      const auto pump = [&](output_pump::input from, output_stream stream) {
        pumps.push_back(std::make_shared<output_pump>(strand, std::move(from), log, stream));
        pumps.back()->start();
      };
      if (files["terminal"])
        return pump(
          {std::move(files["terminal"]), reopen_pipe(files["relay"], O_RDONLY), reopen_pipe(files["relay_in"], O_WRONLY)},
          output_stream::merged);
      pump({reopen_pipe(files["out"], O_RDONLY)}, output_stream::out);
      pump({reopen_pipe(files["err"], O_RDONLY)}, output_stream::err);
    });
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::minutes{2};
    const auto open = [&] { return std::any_of(pumps.begin(), pumps.end(), [](const auto& pump) { return pump->is_open(); }); };
    while ((!ended || pumps.empty() || open()) && std::chrono::steady_clock::now() < deadline) {
      link->request(wire::message::signal_command, wire::signal_command{id, SIGCONT, 2}, {}, [](const result<wire::frame>&) {});
      io.run_for(std::chrono::milliseconds{20});
    }
    EXPECT_TRUE(ended);
    EXPECT_FALSE(open());
    link->close("over");
    io.run_for(std::chrono::milliseconds{1});
    wait_for_disk_jobs();
    return log;
  }

  scene scene_{base_kind::host, overlay_driver::kernel};
};

std::string bytes_of(const std::shared_ptr<journal>& log, output_stream stream) {
  const auto view = log->view(stream_set{stream}, 512 << 20);
  EXPECT_EQ(view.gap_at, -1);
  return view.data;
}

std::string sum_of(const std::string& bytes) {
  const auto file = fmt::format("/tmp/killed-server.{}", ::getpid());
  auto* out = std::fopen(file.c_str(), "w");
  EXPECT_EQ(std::fwrite(bytes.data(), 1, bytes.size(), out), bytes.size());
  std::fclose(out);
  return on_host("sha256sum <" + file + "; rm " + file);
}

/// The server is killed anywhere in the first half; there the program stops itself, so that it cannot end before that, and goes
/// on when the later server says so.
void killed_server::survive_random_bytes(std::int64_t size) {
  const auto seed = std::random_device{}();
  SCOPED_TRACE(fmt::format("seed {}", seed));
  std::mt19937 random{seed};
  command_spec spec;
  spec.command =
    fmt::format("(head -c {0} /dev/urandom; kill -STOP $BASHPID; head -c {0} /dev/urandom) | tee >(sha256sum >&2)", size / 2);
  const auto log = survive(spec, std::uniform_int_distribution<std::int64_t>{1, size / 2}(random));
  ASSERT_TRUE(log);
  const auto bytes = bytes_of(log, output_stream::out);
  EXPECT_EQ(bytes.size(), static_cast<std::size_t>(size));
  EXPECT_EQ(bytes_of(log, output_stream::err), sum_of(bytes));
}

TEST_F(killed_server, loses_nothing_of_what_lies_in_memory) { survive_random_bytes(40'000); }

TEST_F(killed_server, loses_nothing_of_a_long_output) { survive_random_bytes(256 << 20); }

TEST_F(killed_server, loses_nothing_of_a_terminal) {
  command_spec spec;
  spec.argv = {"sh", "-c", "seq 1 100000; kill -STOP $$; seq 100001 200000"};
  spec.terminal = terminal_size{};
  const auto log = survive(spec, 300'000);
  ASSERT_TRUE(log);
  std::string expected;
  for (int i = 1; i <= 200'000; ++i)
    expected += fmt::format("{}\r\n", i);
  EXPECT_TRUE(bytes_of(log, output_stream::merged) == expected);
}

} // namespace

} // namespace strata::test
