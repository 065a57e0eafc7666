// SPDX-License-Identifier: MIT
// What another session has: `strata-probes victim` puts it there.
#include "tests/security/probes/probe.hpp"
#include "tests/security/probes/victim.hpp"

#include <arpa/inet.h>
#include <csignal>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <dirent.h>
#include <fcntl.h>
#include <mqueue.h>
#include <netinet/in.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace strata::probes {

namespace {

pid_t find_victim() {
  auto* const directory = ::opendir("/proc");
  pid_t found = 0;
  while (directory != nullptr && found == 0) {
    const auto* entry = ::readdir(directory);
    if (entry == nullptr)
      break;
    const auto path = std::string{"/proc/"} + entry->d_name + "/cmdline";
    const auto line = contents(path.c_str());
    if (line.find(std::string{'\0'} + victim_word) != std::string::npos)
      found = std::atoi(entry->d_name);
  }
  if (directory != nullptr)
    ::closedir(directory);
  return found;
}

verdict found_if(bool there) { return there ? broken("it is there") : held("not there"); }

verdict by_connect(int family, const void* address, std::size_t size) {
  const int made = ::socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const auto answer = ::connect(made, static_cast<const sockaddr*>(address), static_cast<socklen_t>(size));
  const int number = errno;
  ::close(made);
  return answer == 0 ? broken("connected") : held(error_text(number));
}

verdict abstract_socket() {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strcpy(address.sun_path + 1, victim_word);
  return by_connect(AF_UNIX, &address, offsetof(sockaddr_un, sun_path) + 1 + std::strlen(victim_word));
}

verdict listener() {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(victim_port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return by_connect(AF_INET, &address, sizeof address);
}

constexpr char group[] = "Other sessions";
constexpr probe table[] = {
  {group, "other_processes", "Their processes are not seen", weakness::same_session, [] { return found_if(find_victim() != 0); }},
  {group, "other_signals", "Their processes get no signal", weakness::same_session,
   [] {
     const auto victim = find_victim();
     return victim != 0 && ::kill(victim, SIGURG) == 0 ? broken("sent to " + std::to_string(victim)) : held("nobody to send to");
   }},
  {group, "other_signal_to_all", "A signal to everybody reaches nobody there", weakness::same_session,
   [] {
     ::kill(-1, SIGURG); // which is ignored by who does not wait for it
     return find_victim() != 0 ? broken("it was among them") : held("not among them");
   }},
  {group, "other_shared_memory", "Their System V shared memory is not there", weakness::same_session,
   [] { return found_if(::shmget(victim_key, 0, 0) >= 0); }},
  {group, "other_message_queue", "Their System V message queues are not there", weakness::same_session,
   [] { return found_if(::msgget(victim_key, 0) >= 0); }},
  {group, "other_semaphores", "Their System V semaphores are not there", weakness::same_session,
   [] { return found_if(::semget(victim_key, 0, 0) >= 0); }},
  {group, "other_posix_queue", "Their POSIX message queues are not there", weakness::same_session,
   [] { return found_if(::mq_open(victim_queue, O_RDONLY) >= 0); }},
  {group, "other_posix_memory", "Their POSIX shared memory is not there", weakness::same_session,
   [] { return found_if(exists("/dev/shm/strata-probe-victim")); }},
  {group, "other_tmp", "Their /tmp is not seen", weakness::same_session,
   [] { return found_if(exists("/tmp/strata-probe-victim")); }},
  {group, "other_home", "Their /root is not seen", weakness::same_session,
   [] { return found_if(exists("/root/strata-probe-victim")); }},
  {group, "other_var_tmp", "Their /var/tmp is not seen", weakness::same_session,
   [] { return found_if(exists("/var/tmp/strata-probe-victim")); }},
  {group, "other_fifo", "Their FIFOs in /run are not there", weakness::same_session,
   [] { return found_if(exists("/run/strata-probe-victim")); }},
  {group, "other_abstract_socket", "Their abstract sockets cannot be reached", weakness::same_session, abstract_socket},
  {group, "other_listener", "Their listeners on loopback cannot be reached", weakness::same_session, listener},
};

} // namespace

std::span<const probe> session_probes() { return table; }

} // namespace strata::probes
