// SPDX-License-Identifier: MIT
#include "isolation/agent/requests.hpp"
#include "isolation/agent/startup.hpp"

/// First process of a sandbox and anchor of its session: starts, ends and reaps everything inside, as the server asks.
/// Its arguments are read by agent::read_arguments.
int main(int count, char** arguments) {
  using namespace strata;
  const auto wanted = agent::read_arguments(count, arguments);
  auto inherited = agent::take_over(wanted);

  agent::event_loop loop;
  agent::procfs proc{std::move(inherited.proc)};
  agent::birth_marks marks;
  agent::keepers keepers{loop, proc};
  agent::hunting_ground ground{loop, proc, keepers, marks};
  agent::requests* requests = nullptr;
  agent::server_link server{loop, std::move(inherited.control),
                            [&](agent::requester from, wire::frame frame) { requests->take(from, std::move(frame)); }};
  agent::processes processes{server, keepers, marks, ground};
  agent::shells shells{server, keepers, marks, ground, std::move(inherited.shell_folder), wanted.shell_mount};
  agent::requests all{server, processes, shells, ground};
  requests = &all;

  if (!keepers.start())
    agent::give_up("watch for events");
  if (!server.start())
    agent::give_up("listen on control socket");
  agent::report_ready();
  loop.run();
}
