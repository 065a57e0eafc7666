// SPDX-License-Identifier: MIT
#include "isolation/agent/requests.hpp"

#include "isolation/agent/usage.hpp"

namespace strata::agent {

namespace {

/// Calls `act` with the decoded body, or refuses.
template <class Body, class Act> void with(server_link& server, requester from, const wire::frame& frame, Act act) {
  Body body;
  if (wire::decode(frame.body.data(), frame.body.size(), body))
    act(std::move(body));
  else
    server.refuse(from, wire::refusal::invalid, 0, "malformed request");
}

} // namespace

void requests::take(requester from, wire::frame frame) {
  switch (frame.type) {
  case wire::message::usage: return server.reply(from, wire::message::usage_reply, measure_usage(ground.proc, ground.all));
  case wire::message::run:
    return with<wire::run>(server, from, frame, [&](auto body) { programs.run(from, std::move(body), std::move(frame.fds)); });
  case wire::message::open_pty:
    return with<wire::open_pty>(server, from, frame, [&](auto body) { programs.open_pty(from, std::move(body)); });
  case wire::message::resize_pty:
    return with<wire::resize_pty>(server, from, frame, [&](auto body) { programs.resize_pty(from, body); });
  case wire::message::keep:
    return with<wire::keep>(server, from, frame, [&](auto body) { programs.keep(from, std::move(body), std::move(frame.fds)); });
  case wire::message::list_kept: return programs.list_kept(from);
  case wire::message::take_back:
    return with<wire::take_back>(server, from, frame, [&](const auto& body) { programs.take_back(from, body.id); });
  case wire::message::release:
    return with<wire::release>(server, from, frame, [&](const auto& body) { programs.release(from, body.id); });
  case wire::message::end_command:
    return with<wire::end_command>(server, from, frame, [&](auto body) {
      // An id that has ended meanwhile is no error: its event is on the way.
      if (!programs.end(body.id))
        command_shells.end(body.id);
      server.done(from);
    });
  case wire::message::signal_command:
    return with<wire::signal_command>(server, from, frame, [&](const auto& body) {
      if (body.number < 1 || body.number > 64)
        return server.refuse(from, wire::refusal::invalid, 0, "signal command: no such signal");
      if (programs.signal(body) || command_shells.signal(body))
        return server.done(from);
      server.refuse(from, wire::refusal::no_such_process, 0, "signal command: it is not running");
    });
  case wire::message::open_shell:
    return with<wire::open_shell>(server, from, frame, [&](auto body) { command_shells.open(from, std::move(body)); });
  case wire::message::shell_run:
    return with<wire::shell_run>(server, from, frame, [&](auto body) { command_shells.run(from, std::move(body)); });
  case wire::message::close_shell:
    return with<wire::close_shell>(server, from, frame, [&](auto body) { command_shells.close(from, body.name); });
  default: return server.refuse(from, wire::refusal::invalid, 0, "unknown request");
  }
}

} // namespace strata::agent
