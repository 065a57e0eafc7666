// SPDX-License-Identifier: MIT
#include "isolation/running_command.hpp"

#include <boost/asio/post.hpp>

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

/// A reader of the journal is behind: the command waits for it.
void hold_back(const std::shared_ptr<output_pump>& pump, const boost::asio::any_io_executor& executor, journal& log) {
  pump->pause();
  log.when_room([weak = std::weak_ptr{pump}, executor] {
    boost::asio::post(executor, [weak] {
      if (auto held = weak.lock())
        held->resume();
    });
  });
}

} // namespace

running_command::running_command(command_spec spec, sandbox::callback<command_end> ended)
  : id_{std::move(spec.id)}, merge_{spec.merge || spec.terminal}, input_{input_of(spec)}, journal_{std::move(spec.output)},
    ended_{std::move(ended)}, captures_{std::make_shared<std::array<output_capture, 3>>(
                                std::array{output_capture{spec.max_output_bytes}, output_capture{spec.max_output_bytes},
                                           output_capture{spec.max_output_bytes}})} {}

void running_command::attach(boost::asio::any_io_executor executor, unique_fd out, unique_fd err, unique_fd in) {
  pumps_[0] = read(executor, std::move(out), 0);
  if (err)
    pumps_[1] = read(executor, std::move(err), 1);
  if (in && input_) {
    feed_ = std::make_shared<input_feed>(executor, std::move(in), std::move(input_));
    feed_->start();
  }
}

std::shared_ptr<output_pump> running_command::read(boost::asio::any_io_executor executor, unique_fd pipe, std::size_t index) {
  auto itself = std::make_shared<std::weak_ptr<output_pump>>();
  const auto stream = merge_ ? output_stream::merged : index == 0 ? output_stream::out : output_stream::err;
  auto sink = [captures = captures_, index, stream, log = journal_, itself, executor](std::string_view bytes) {
    (*captures)[index].append(bytes);
    if (stream != output_stream::merged)
      (*captures)[2].append(bytes);
    if (!log)
      return;
    log->append(stream, bytes);
    if (auto pump = itself->lock(); pump && log->is_full())
      hold_back(pump, executor, *log);
  };
  auto pump = std::make_shared<output_pump>(executor, std::move(pipe), std::move(sink), nullptr);
  *itself = pump;
  pump->start();
  return pump;
}

command_output running_command::output() const {
  auto& [out, err, combined] = *captures_;
  return {out.view(), err.view(), merge_ ? out.view() : combined.view()};
}

std::vector<std::shared_ptr<output_pump>> running_command::finish(command_end end) {
  std::vector<std::shared_ptr<output_pump>> survivors;
  for (auto& pump : pumps_) {
    if (!pump)
      continue;
    pump->drain_once();
    pump->discard();
    if (pump->is_open())
      survivors.push_back(pump);
  }
  if (feed_)
    feed_->stop();
  end.output = output();
  ended_(std::move(end));
  return survivors;
}

void running_command::abandon() {
  for (auto& pump : pumps_)
    if (pump)
      pump->stop();
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
