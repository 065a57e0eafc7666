// SPDX-License-Identifier: MIT
#include "tests/security/probes/victim.hpp"

#include <arpa/inet.h>
#include <cstddef>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <mqueue.h>
#include <netinet/in.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

namespace strata::probes {

namespace {

bool touch(const char* path) { return ::open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666) >= 0; }

bool listen_at(int family, const void* address, std::size_t size) {
  const int made = ::socket(family, SOCK_STREAM, 0);
  return ::bind(made, static_cast<const sockaddr*>(address), static_cast<socklen_t>(size)) == 0 && ::listen(made, 8) == 0;
}

bool listen_everywhere() {
  sockaddr_un name{};
  name.sun_family = AF_UNIX;
  std::strcpy(name.sun_path + 1, victim_word);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(victim_port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return listen_at(AF_UNIX, &name, offsetof(sockaddr_un, sun_path) + 1 + std::strlen(victim_word))
         && listen_at(AF_INET, &address, sizeof address);
}

} // namespace

int be_victim() {
  const bool made =
    ::shmget(victim_key, 4096, IPC_CREAT | 0666) >= 0 && ::msgget(victim_key, IPC_CREAT | 0666) >= 0
    && ::semget(victim_key, 1, IPC_CREAT | 0666) >= 0 && ::mq_open(victim_queue, O_RDWR | O_CREAT, 0666, nullptr) >= 0
    && touch("/dev/shm/strata-probe-victim") && touch("/tmp/strata-probe-victim") && touch("/root/strata-probe-victim")
    && touch("/var/tmp/strata-probe-victim") && ::mkfifo("/run/strata-probe-victim", 0666) == 0 && listen_everywhere();
  if (!made) {
    std::perror("strata-probes: be the victim");
    return 1;
  }
  std::puts("ready");
  std::fflush(stdout);
  for (;;)
    ::pause();
}

} // namespace strata::probes
