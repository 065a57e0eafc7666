// SPDX-License-Identifier: MIT
// How an exec ends, and how its caller leaves it.
#include "actors/session.hpp"

#include <algorithm>

namespace strata {

void session::hand_over(exec_record& exec) {
  if (!exec.request.answer)
    return;
  exec.call_over = true;
  if (exec.at == exec_record::stage::starting)
    return; // it may still fail to start, which the caller should hear
  // From here on the caller can only come back by the id: its leaving ends nothing any more.
  deadlines_.cancel(moment::call_deadline, exec.number);
  exec.request.operation.on_disconnect = "keep";
  if (!exec.fresh())
    if (auto shell = shells_.find(exec.request.operation.shell); shell != shells_.end())
      shell->second.queue.hand_over(exec.number);
  if (exec.at == exec_record::stage::running) {
    sandbox_->output_so_far(exec.id, [self = ports_.self, number = exec.number](command_output output) {
      self->post(command_seen{number, std::move(output)});
    });
    return;
  }
  auto answer = make_answer(exec, info_.uid, ports_.clock.now());
  answer.state = process_state::queued;
  exec.request.answer(std::move(answer));
}

void session::on(client_gone event) {
  auto found = std::find_if(execs_.begin(), execs_.end(), [&](const auto& exec) {
    return exec.second.request.context.call_id == event.call_id && exec.second.request.answer;
  });
  if (found != execs_.end())
    return leave(found->second);
  forget_caller(event.call_id);
}

/// Nobody waits for its answer any more.
void session::leave(exec_record& exec) {
  if (!exec.request.answer)
    return;
  if (exec.request.operation.on_disconnect == "kill")
    return kill(exec, "cancelled");
  exec.client_left = true;
  if (auto shell = shells_.find(exec.request.operation.shell); shell != shells_.end())
    shell->second.queue.hand_over(exec.number);
}

void session::kill(exec_record& exec, std::string reason) {
  if (!exec.end_reason.empty())
    return;
  if (!exec.begun())
    return finish_unbegun(execs_.find(exec.number), reason);
  exec.end_reason = std::move(reason);
  deadlines_.cancel(moment::exec_timeout, exec.number);
  deadlines_.set(moment::kill_patience, exec.number, ports_.clock.now() + options_.kill_patience);
  sandbox_->end_command(exec.id);
}

/// What did not run, for an error, is no process.
void session::end_exec(std::uint64_t number, result<exec_response>& answer) {
  auto* process = processes_.find(number);
  if (!process)
    return;
  if (!answer) {
    process->output->end({std::string{to_string(answer.error().code)}, {}, {}, {}, 0});
    for (auto wait = waits_.begin(); wait != waits_.end();)
      if (auto here = wait++; here->second.process == number)
        give_up_waiting_for(here->first);
    return processes_.erase(number);
  }
  auto hit = answer->limits_hit;
  for (const auto& limit : process->output->limits_hit())
    answer->limits_hit.push_back(limit);
  set_ended(*process, {answer->reason, answer->exit_code, answer->signal, std::move(hit), answer->left_running});
}

/// Ended before anything of it ran, as far as we know: an answer like any other, with nothing in it.
void session::finish_unbegun(exec_iterator exec, const std::string& reason) {
  auto answer = make_answer(exec->second, info_.uid, ports_.clock.now());
  answer.begun = exec->second.begun(); // the sandbox may have been asked, and never have told
  answer.reason = reason;
  finish(exec, std::move(answer));
}

void session::finish(exec_iterator exec, result<exec_response> answer) {
  auto ended = std::move(execs_.extract(exec).mapped());
  for (auto what : {moment::exec_timeout, moment::queue_wait, moment::call_wait, moment::call_deadline, moment::start_patience,
                    moment::kill_patience})
    deadlines_.cancel(what, ended.number);
  touch();
  if (ended.request.operation.input)
    ended.request.operation.input->close();
  end_exec(ended.number, answer);
  ended.request.answer(std::move(answer));
  if (ended.fresh())
    return;
  if (auto shell = shells_.find(ended.request.operation.shell); shell != shells_.end()) {
    shell->second.queue.remove(ended.number);
    pump(shell->second);
    forget_if_closed(shell->first);
  }
}

} // namespace strata
