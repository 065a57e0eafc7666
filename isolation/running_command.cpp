// SPDX-License-Identifier: MIT
#include "isolation/running_command.hpp"

#include <fcntl.h>

namespace strata {

namespace {

std::shared_ptr<input_stream> input_of(command_spec& spec) {
  if (spec.input || !spec.stdin_data)
    return std::move(spec.input);
  auto whole = std::make_shared<input_stream>();
  whole->write(std::move(*spec.stdin_data), {});
  whole->end();
  return whole;
}

std::shared_ptr<journal> journal_of(command_spec& spec, std::shared_ptr<const journal_place> place) {
  const auto most = static_cast<std::int64_t>(spec.max_output_bytes);
  auto log = spec.output ? std::move(spec.output) : journal::make({.head_bytes = most, .tail_bytes = most});
  log->put_at(std::move(place), spec.id);
  return log;
}

command_output view_of(const journal& log, bool merged, std::size_t most) {
  if (!merged)
    return {log.view(stream_set{output_stream::out}, most), log.view(stream_set{output_stream::err}, most), log.view({}, most)};
  auto all = log.view({}, most);
  return {all, {}, all};
}

} // namespace

running_command::running_command(command_spec spec, std::shared_ptr<const journal_place> place,
                                 sandbox::callback<command_end> ended)
  : id_{spec.id}, merge_{spec.merge || spec.terminal}, terminal_{spec.terminal}, view_bytes_{spec.max_output_bytes},
    input_{input_of(spec)}, journal_{journal_of(spec, std::move(place))}, ended_{std::move(ended)},
    producers_{nullptr, [log = journal_](void*) { log->settle(); }} {
  if (!terminal_)
    return;
  if (auto relay = make_pipe()) {
    relay_ = std::move(*relay);
    set_nonblocking(relay_.read);
    set_nonblocking(relay_.write);
  }
}

result<running_command::kept> running_command::keep(const unique_fd& out, const unique_fd& err) {
  std::vector<output_stream> streams{output_stream::merged};
  if (!merge_)
    streams = {output_stream::out, output_stream::err};
  STRATA_TRY(auto files, journal_->keep(streams));
  kept all;
  const auto add = [&](const char* name, unique_fd file) {
    if (!file)
      return;
    all.names.emplace_back(name);
    all.files.push_back(std::move(file));
  };
  const auto copy_of = [](const unique_fd& fd) { return unique_fd{fd ? ::fcntl(fd.get(), F_DUPFD_CLOEXEC, 3) : -1}; };
  for (const auto stream : streams)
    add(to_string(stream).data(), std::move(files.streams[static_cast<std::size_t>(stream)]));
  add("index", std::move(files.index));
  if (terminal_) { // the terminal itself is with the agent
    add("relay", copy_of(relay_.read));
    add("relay_in", copy_of(relay_.write));
    return all;
  }
  add("out", copy_of(out));
  add("err", copy_of(err));
  return all;
}

void running_command::attach(boost::asio::any_io_executor executor, unique_fd out, unique_fd err, unique_fd in) {
  output_pump::input first{std::move(out), std::move(relay_.read), std::move(relay_.write)};
  read(executor, std::move(first), merge_ ? output_stream::merged : output_stream::out);
  if (err)
    read(executor, {std::move(err)}, output_stream::err);
  if (in && input_) {
    feed_ = std::make_shared<input_feed>(executor, std::move(in), std::move(input_));
    feed_->start();
  }
}

void running_command::read(const boost::asio::any_io_executor& executor, output_pump::input from, output_stream stream) {
  pumps_.push_back(std::make_shared<output_pump>(executor, std::move(from), journal_, stream));
  pumps_.back()->when_closed([held = producers_] {});
  pumps_.back()->start();
}

command_output running_command::output() const { return view_of(*journal_, merge_, view_bytes_); }

std::vector<std::shared_ptr<output_pump>> running_command::finish(command_end end) {
  if (feed_)
    feed_->stop();
  // Told when the last of them is drained.
  const auto told =
    std::shared_ptr<command_end>{new command_end{std::move(end)}, [log = journal_, merged = merge_, most = view_bytes_,
                                                                   ended = std::move(ended_)](command_end* how) {
                                   std::unique_ptr<command_end> whole{how};
                                   whole->output = view_of(*log, merged, most);
                                   ended(std::move(*whole));
                                 }};
  std::vector<std::shared_ptr<output_pump>> survivors;
  producers_.reset();
  for (auto& pump : pumps_) {
    pump->drain_once([told] {});
    if (pump->is_open())
      survivors.push_back(pump);
  }
  return survivors;
}

void running_command::abandon() {
  for (auto& pump : pumps_)
    pump->stop();
  producers_.reset();
  if (feed_)
    feed_->stop();
  if (input_)
    input_->close();
}

void running_command::fail(const error& failure) {
  abandon();
  ended_(failure);
}

} // namespace strata
