// SPDX-License-Identifier: MIT
#include "bench/abuse/abuses.hpp"

namespace strata::bench {

std::vector<abuse> inside_abuses() {
  return {
    {"fork bomb", "bomb() { bomb | bomb & }; bomb; sleep 60", {}},
    {"memory bomb", "while :; do dd if=/dev/zero of=/dev/null bs=3G count=1; done", {}},
    {"files in memory, then memory",
     "while :; do for f in /tmp/f /dev/shm/f /run/f; do dd if=/dev/zero of=$f bs=1M count=500; done; "
     "dd if=/dev/zero of=/dev/null bs=3G count=1; rm -f /tmp/f /dev/shm/f /run/f; done",
     {}},
    {"disk filler (1 GiB again and again)",
     "while :; do dd if=/dev/zero of=/var/tmp/f bs=1M count=1024; rm /var/tmp/f; done",
     {}},
    {"inode filler (20,000 files again and again)",
     "mkdir /var/tmp/d; cd /var/tmp/d; while :; do for i in $(seq 20000); do : >$i; done; rm -rf /var/tmp/d/*; done",
     {}},
    {"output flood", "exec yes", {}},
    {"descriptor hoarder", "ulimit -n $(ulimit -Hn); while exec {fd}</dev/null; do :; done; sleep 60", {}},
    {"spinner on every core", "for i in $(seq $(nproc)); do (while :; do :; done) & done; wait", {}},
    {"10,000 sockets",
     "python3 -c 'import resource, socket, time\n"
     "resource.setrlimit(resource.RLIMIT_NOFILE, (12000, 12000))\n"
     "held = [socket.socket() for _ in range(10000)]\n"
     "time.sleep(60)'",
     {}},
  };
}

} // namespace strata::bench
