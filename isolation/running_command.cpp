// SPDX-License-Identifier: MIT
#include "isolation/running_command.hpp"

namespace strata {

running_command::running_command(command_spec spec, sandbox::callback<command_end> ended)
  : id_{std::move(spec.id)}, merge_{spec.merge}, input_{std::move(spec.stdin_data).value_or(std::string{})},
    ended_{std::move(ended)}, captures_{std::make_shared<std::array<output_capture, 3>>(
                                std::array{output_capture{spec.max_output_bytes}, output_capture{spec.max_output_bytes},
                                           output_capture{spec.max_output_bytes}})} {}

void running_command::attach(boost::asio::any_io_executor executor, unique_fd out, unique_fd err, unique_fd in) {
  pumps_[0] = read(executor, std::move(out), 0);
  if (err)
    pumps_[1] = read(executor, std::move(err), 1);
  if (in) {
    feed_ = std::make_shared<input_feed>(executor, std::move(in), std::move(input_));
    feed_->start();
  }
}

std::shared_ptr<output_pump> running_command::read(boost::asio::any_io_executor executor, unique_fd pipe, std::size_t index) {
  auto sink = [captures = captures_, index, merge = merge_](std::string_view bytes) {
    (*captures)[index].append(bytes);
    if (!merge)
      (*captures)[2].append(bytes);
  };
  auto pump = std::make_shared<output_pump>(executor, std::move(pipe), std::move(sink), nullptr);
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
}

void running_command::fail(const error& failure) {
  abandon();
  ended_(failure);
}

} // namespace strata
