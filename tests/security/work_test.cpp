// SPDX-License-Identifier: MIT
// What people do in a session still works with everything that contains them. What this host lacks is skipped by name.
#include "tests/e2e/server_test.hpp"

#include <gmock/gmock.h>

namespace strata::test {
namespace {

struct work {
  const char* name;
  const char* needs; ///< programs
  const char* command;
  const char* shows; ///< a regular expression
};

std::ostream& operator<<(std::ostream& out, const work& one) { return out << one.name; }

class contained_work : public server_test, public testing::WithParamInterface<work> {};

TEST_P(contained_work, is_done) {
  if (!as_root())
    GTEST_SKIP() << "a plain user's sessions see the host's programs, but have no accounts to change and no /usr to write";
  const auto& [name, needs, command, shows] = GetParam();
  const auto lacking =
    client().output(session, std::string{"for p in "} + needs + "; do command -v $p >/dev/null || echo $p; done");
  if (!lacking.empty())
    GTEST_SKIP() << "this host has no " << lacking;
  const auto done =
    client().run(session, std::string{"set -e\n"} + command, {{"shell", "fresh"}, {"timeout_ms", 120'000}, {"merge", true}});
  EXPECT_EQ(done["exit_code"], 0) << done.dump(2);
  EXPECT_THAT(done["output"].get<std::string>(), testing::ContainsRegex(shows));
}

std::string name_of_work(const testing::TestParamInfo<work>& info) { return info.param.name; }

INSTANTIATE_TEST_SUITE_P(
  each, contained_work,
  testing::Values(
    work{
      "accounts", "adduser su passwd chpasswd",
      "adduser --disabled-password --gecos x bob\necho bob:secret1 | chpasswd\npasswd -S bob\nsu bob -c 'id -un; touch ~/mine; stat -c %U ~/mine'",
      "bob P .*bob\nbob"},
    work{"debugger", "gdb", "gdb -batch -ex 'break _exit' -ex run -ex 'info registers rip' --args /bin/true",
         "rip|exited normally"},
    work{"system_call_tracer", "strace", "strace -f -e trace=execve sh -c '/bin/true; /bin/echo traced' 2>&1",
         "execve.*\ntraced|traced"},
    work{
      "python_venv", "python3",
      "python3 -m venv --without-pip /root/venv\n/root/venv/bin/python -c 'import sys, multiprocessing as m; print(sys.prefix); "
      "print(m.Pool(2).map(abs, [-1, -2]))'",
      "/root/venv\n.1, 2."},
    work{
      "npm", "npm node",
      "mkdir p\ncd p\nnpm init -y >/dev/null\nnpm pack --silent\nnode -e 'new (require(\"worker_threads\").Worker)(\"console.log(6 * 7)\", {eval: true})'",
      "p-1.0.0.tgz\n42"},
    work{"parallel_make", "make cc",
         "mkdir m\ncd m\nfor i in $(seq 40); do echo \"int f$i(void) { return $i; }\" >f$i.c; done\n"
         "echo 'all: $(patsubst %.c,%.o,$(wildcard f*.c))' >Makefile\nmake -s -j8\nls f*.o | wc -l",
         "40"},
    work{
      "threads_and_sockets", "python3",
      "python3 -c 'import threading, socket\ns = socket.create_server((\"127.0.0.1\", 0))\n"
      "t = [threading.Thread(target=socket.create_connection, args=(s.getsockname(),)) for _ in range(50)]\n[x.start() for x in t]\n"
      "[s.accept() for _ in t]\n[x.join() for x in t]\nprint(\"joined\")'",
      "joined"},
    work{
      "file_locks_and_queues", "python3 flock",
      "flock /tmp/lock echo locked\npython3 -c 'import multiprocessing.shared_memory as s; m = s.SharedMemory(create=True, size=9); "
      "print(m.size); m.unlink()'",
      "locked\n"}),
  name_of_work);

} // namespace
} // namespace strata::test
