# SPDX-License-Identifier: MIT
"""Somebody at a terminal: runs a program on a pseudoterminal, looks at what it shows and types.

usage: terminal_user.py SCENARIO PROGRAM...     prints "ok", or what was seen instead
"""
import fcntl, os, pty, re, select, signal, struct, sys, termios, time


# Tells when the terminal is its own: bash may hand it over a little later, and a ctrl-c until then would be bash's. exec,
# since a bash that waits for a child does not heed it.
SLEEPS = ("sh -c 'while read -r pid comm state parent group session tty front rest </proc/$$/stat; "
          "[ $group != $front ]; do :; done; echo wai\"\"ting; exec sleep 1000'")


class user:
    def __init__(self, words, rows=24, cols=80):
        self.master, slave = pty.openpty()
        self.resize(rows, cols)
        self.before = termios.tcgetattr(slave)
        self.slave = slave
        self.seen = b""
        self.pid = os.fork()
        if self.pid == 0:
            os.setsid()
            fcntl.ioctl(slave, termios.TIOCSCTTY, 0)
            for fd in (0, 1, 2):
                os.dup2(slave, fd)
            os.close(self.master)
            os.execvp(words[0], words)

    def resize(self, rows, cols):
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, cols, 0, 0))

    def type(self, text):
        os.write(self.master, text.encode())

    def read(self, until):
        if not select.select([self.master], [], [], max(0, until - time.monotonic()))[0]:
            raise SystemExit("nothing came: " + repr(self.seen[-2000:]))
        try:
            part = os.read(self.master, 65536)
        except OSError:
            part = b""
        self.seen += part
        return part

    def expect(self, pattern):
        """Waits for it and forgets what came up to its end."""
        until = time.monotonic() + 60
        while not (found := re.search(pattern.encode(), self.seen)):
            if not self.read(until):
                raise SystemExit("it ended: " + repr(self.seen[-2000:]))
        self.seen = self.seen[found.end():]
        return found

    def end(self):
        """The exit code; what it still showed is in `seen`."""
        until = time.monotonic() + 60
        os.set_blocking(self.master, True)
        while True:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                break
            if select.select([self.master], [], [], 0.05)[0]:
                self.read(until)
            if time.monotonic() > until:
                raise SystemExit("it does not end: " + repr(self.seen[-2000:]))
        while select.select([self.master], [], [], 0)[0]:
            self.read(until)
        check(termios.tcgetattr(self.slave), self.before, "the terminal's mode")
        return os.waitstatus_to_exitcode(status)


def check(seen, expected, what):
    if seen != expected:
        raise SystemExit(f"{what}: {seen!r} and not {expected!r}")


def shell(words):
    me = user(words + ["cli", "--user", "alice", "--session", "build"])
    me.expect(r"=== Strata CLI ===\r\n")
    me.expect(r"Server: 127.0.0.1:\d+\r\nUser: alice\r\nSession: build\r\n")
    me.expect(r"root@strata:~# ")
    return me


def works_like_a_terminal(words):
    me = shell(words)
    me.type("stty size\r")
    me.expect(r"\r24 80\r\n")
    me.expect(r"# ")
    # bash gives back the size that it has seen at each prompt: a resize in that moment is lost, so a program holds the terminal.
    # Without a trap bash would pass over an interrupt that comes just as its child ends.
    me.type("bash -c 'trap exit INT; trap \"stty size\" WINCH; echo se\"\"t; while :; do read -r -t 1 x; done'\r")
    me.expect(r"\rset\r\n")
    me.resize(30, 100)
    me.expect(r"30 100\r\n")
    me.type("\x03")
    me.expect(r"# ")
    me.type(SLEEPS + "\r")
    me.expect(r"waiting\r\n")
    me.type("\x03")  # ctrl-c is the program's
    me.expect(r"# ")
    me.type("echo code-$?\r")
    me.expect(r"code-130\r\n")
    me.type("exit 3\r")
    check(me.end(), 3, "exit code")
    if b"Session closed\r\n" not in me.seen:
        raise SystemExit("not closed: " + repr(me.seen))


def leaves_by_keys(words):
    me = shell(words + [])
    me.type("\x10")
    me.type("\x11")
    check(me.end(), 0, "exit code")
    if b"Session closed\r\n" not in me.seen:
        raise SystemExit("not closed: " + repr(me.seen))


def leaves_by_signal(words):
    me = shell(words)
    os.kill(me.pid, signal.SIGTERM)
    check(me.end(), 0, "exit code")
    if b"Session closed\r\n" not in me.seen:
        raise SystemExit("not closed: " + repr(me.seen))


def leaves_what_it_did_not_make(words):
    me = shell(words)
    me.type("exit\r")
    check(me.end(), 0, "exit code")
    if b"Session closed" in me.seen:
        raise SystemExit("closed: " + repr(me.seen))


def runs_on_a_terminal(words):
    me = user(words + ["exec", "-t", "alice/build", "--", "bash", "-c", "stty size; trap 'stty size; exit 7' WINCH; echo ready; while :; do read -t 1 x; done"])
    me.expect(r"24 80\r\nready\r\n")
    me.resize(40, 132)
    me.expect(r"40 132\r\n")
    check(me.end(), 7, "exit code")
    me = user(words + ["exec", "-t", "alice/build", "--", "sh", "-c", "echo ready; read line; echo got-$line"])
    me.expect(r"ready\r\n")
    me.type("some words\r")
    me.expect(r"got-some words\r\n")
    check(me.end(), 0, "exit code")


if __name__ == "__main__":
    try:
        globals()[sys.argv[1]](sys.argv[2:])
        print("ok")
    except SystemExit as failure:
        print(failure)
