// SPDX-License-Identifier: MIT
// strata-archive: between archives and trees. Archives may be hostile, and who says what is in a tree is, so it runs apart from the
// server, with nothing but two sockets. See isolation/wire/archive.hpp.
#include "isolation/archive/reader.hpp"
#include "isolation/archive/writer.hpp"
#include "isolation/confinement.hpp"
#include "isolation/wire/archive.hpp"

#include <clocale>
#include <csignal>
#include <cstdlib>
#include <ctime>
#include <string>
#include <sys/syscall.h>

int main(int argc, char** argv) {
  using namespace strata;
  const std::string what = argc >= 2 ? argv[1] : "";
  if (what != "unpack" && (what != "pack" || argc != 3))
    return 2; // it is run by strata
  // Names are UTF-8 or bytes; and nothing is to be looked up later, when no file can be opened any more.
  std::setlocale(LC_CTYPE, "C.UTF-8");
  ::setenv("TZ", "UTC0", 1);
  ::tzset();
  std::signal(SIGXFSZ, SIG_IGN); // too large is an error
  if (!confine({SYS_recvfrom, SYS_recvmsg, SYS_sendmsg, SYS_lseek}, wire::max_spooled_bytes))
    return 3;
  files::channel server{wire::archive_socket_fd}, entries{wire::entries_socket_fd};
  const bool done = what == "pack" ? archive::write_archive(entries, server, argv[2]) : archive::read_archive(server, entries);
  return done ? 0 : 1;
}
