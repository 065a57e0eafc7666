# SPDX-License-Identifier: MIT
import json
import os
import re
import subprocess
import sys

from contract import PATIENCE, Protocol, Ran, Refused, Terminal, in_thread

sys.path.insert(1, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from terminal_user import user  # noqa: E402

#: The command line tells errors in words.
WORDS = {
    "session_not_found": r"session not found|no session|there is no",
    "quota_exceeded": r"max sessions per owner",
    "file_not_found": r"no such file or directory",
    "invalid_argument": r"is required|is empty|CMD",
}


class CommandLine(Protocol):
    name = "CLI"
    cannot = {
        "edit": "an editor in `attach`",
        "search": "`exec grep`",
        "watch": "no command for it",
    }

    def __init__(self, port, program):
        self.words = [program]
        os.environ["STRATA_ADDR"] = f"127.0.0.1:{port}"

    def call(self, *words, stdin=None, own_error=1):
        done = subprocess.run([*self.words, *words], input=stdin, stdin=subprocess.DEVNULL if stdin is None else None, capture_output=True,
                              timeout=PATIENCE, check=False)
        if done.returncode == own_error:
            text = done.stderr.decode()
            raise Refused(next((code for code, words in WORDS.items() if re.search(words, text)), "?"), text)
        return done

    def create(self, owner, session):
        return json.loads(self.call("new", "--json", f"{owner}/{session}").stdout)["created"]

    def run(self, owner, session, command, stdin=None, timeout_ms=None, shell="session"):
        flags = ["--fresh"] if shell == "fresh" else ["--shell", shell]
        if timeout_ms is not None:
            flags += ["--timeout", f"{timeout_ms}ms"]
        done = self.call("exec", *flags, f"{owner}/{session}", "-c", command, stdin=stdin, own_error=125)
        late = done.returncode == 124 and timeout_ms is not None
        return Ran(done.stdout, done.stderr, False, None if late else done.returncode, late)

    def close(self, owner, session):
        self.call("rm", f"{owner}/{session}")

    def touch(self, owner, session):
        self.call("stats", f"{owner}/{session}")

    def background(self, owner, session, command):
        process = self.call("exec", "-d", "--merge", f"{owner}/{session}", "-c", command, own_error=125).stdout.decode().strip()
        code = self.call("wait", f"{owner}/{session}", process, own_error=None).returncode
        return Ran(self.call("logs", f"{owner}/{session}", process).stdout, b"", True, code)

    def write_file(self, owner, session, path, text):
        self.call("write", "--parents", f"{owner}/{session}", path, stdin=text.encode())

    def read_file(self, owner, session, path):
        return self.call("cat", f"{owner}/{session}", path).stdout.decode()

    def put_tree(self, owner, session, path, tar):
        self.call("cp", "-", f"{owner}/{session}:{path}", stdin=tar)

    def get_tree(self, owner, session, path):
        return self.call("cp", f"{owner}/{session}:{path}", "-").stdout

    def list_files(self, owner, session, path):
        return [each["path"] for each in json.loads(self.call("files", "--json", f"{owner}/{session}", path).stdout)]

    def type_keys(self, owner, session, text):
        self.call("exec", "-d", "-t", "--name", "main", f"{owner}/{session}", "--", "bash", "-l", own_error=125)
        self.call("input", f"{owner}/{session}", "name:main", stdin=text.encode())
        self.call("input", f"{owner}/{session}", "name:main", "--key", "enter")

    def screen(self, owner, session):
        return self.call("screen", f"{owner}/{session}", "--quiet", "50ms").stdout.decode().split("\n")

    def terminal(self, owner, session):
        return UserTerminal([*self.words, "cli", "--user", owner, "--session", session])


class UserTerminal(Terminal):
    """`strata cli` on a pseudoterminal of its own."""

    def __init__(self, words):
        super().__init__()
        self.user = user(words)
        in_thread(self.read)

    def read(self):
        try:
            while data := os.read(self.user.master, 65536):
                self.take(data)
        except OSError:
            pass
        self.take(None)

    def type(self, text):
        os.write(self.user.master, text)

    def resize(self, cols, rows):
        self.user.resize(rows, cols)

    def leave(self):
        os.close(self.user.slave)
        self.type(b"\x10\x11")
        os.waitpid(self.user.pid, 0)
        self.rest()
        os.close(self.user.master)
