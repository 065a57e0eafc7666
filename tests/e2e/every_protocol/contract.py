# SPDX-License-Identifier: MIT
"""What every protocol must be able to do, in words of its own. A scenario knows only this."""
import dataclasses
import re
import threading

PATIENCE = 60


class Refused(Exception):
    """An error of the API."""

    def __init__(self, code, text=""):
        super().__init__(f"{code}: {text}")
        self.code = code


@dataclasses.dataclass
class Ran:
    """What a command did."""

    output: bytes  # standard output; with `merged` standard error is in it
    stderr: bytes = b""
    merged: bool = False
    exit_code: int = None
    timed_out: bool = False
    cut: bool = False  # the middle is missing, and the answer says so


class Protocol:
    """One way to the server. What it cannot do is in `cannot`, by scenario, with the reason."""

    name = ""
    cannot = {}
    has_shells = True  # a command may choose its shell

    def create(self, owner, session):
        """Makes it or takes the one that is there: whether this call made it."""
        raise NotImplementedError

    def run(self, owner, session, command, stdin=None, timeout_ms=None, shell="session"):
        raise NotImplementedError

    def close(self, owner, session):
        raise NotImplementedError

    def touch(self, owner, session):
        """Something that needs the session and makes none."""
        raise NotImplementedError

    def bad_input(self, owner, session):
        """A request that is wrong by itself."""
        return self.run(owner, session, "")

    def background(self, owner, session, command):
        """Starts it, waits for its end and then reads its output from the start."""
        raise NotImplementedError

    def type_keys(self, owner, session, text):
        """Types it and presses Enter at the terminal `main`, which it opens."""
        raise NotImplementedError

    def screen(self, owner, session):
        """The rows of that terminal's screen."""
        raise NotImplementedError

    def write_file(self, owner, session, path, text):
        """With the directories above it."""
        raise NotImplementedError

    def read_file(self, owner, session, path):
        raise NotImplementedError

    def list_files(self, owner, session, path):
        """The names in a directory."""
        raise NotImplementedError

    def edit_file(self, owner, session, path, old, new):
        raise NotImplementedError

    def search(self, owner, session, path, text):
        """[(path, line number)]"""
        raise NotImplementedError

    def put_tree(self, owner, session, path, tar):
        """The bytes of a tar into that directory."""
        raise NotImplementedError

    def get_tree(self, owner, session, path):
        """The same back."""
        raise NotImplementedError

    def watched(self, owner, session, path, act):
        """The first event after `act`: its kind and path."""
        raise NotImplementedError

    def terminal(self, owner, session):
        raise NotImplementedError

    def end(self):
        """Lets go of connections and processes."""


class Terminal:
    """Somebody at a shell: types, and waits for what it shows. A thread of it calls take() with what comes, None at the end."""

    def __init__(self):
        self.shown = b""
        self.over = False
        self.news = threading.Condition()

    def take(self, data):
        with self.news:
            if data is None:
                self.over = True
            else:
                self.shown += data
            self.news.notify_all()

    def expect(self, text):
        """Waits for it and forgets what came up to its end."""
        with self.news:
            if not self.news.wait_for(lambda: text in self.shown or self.over, PATIENCE) or text not in self.shown:
                raise AssertionError(f"{text!r} is not in {self.shown[-500:]!r}")
            self.shown = self.shown[self.shown.index(text) + len(text):]

    def expect_end(self, pattern):
        """Waits until it stands near the end of all that came: what came before, and its first group."""
        near = 4096
        with self.news:
            if not self.news.wait_for(lambda: re.search(pattern, self.shown[-near:]) or self.over, PATIENCE):
                raise AssertionError(f"no {pattern} in {self.shown[-500:]!r}")
            found = re.search(pattern, self.shown[-near:])
            return self.shown[:max(0, len(self.shown) - near) + found.start()], found[1]

    def rest(self):
        """Waits for the end: what was shown until then."""
        with self.news:
            if not self.news.wait_for(lambda: self.over, PATIENCE):
                raise AssertionError(f"no end after {self.shown[-500:]!r}")
            return self.shown

    def type(self, text):
        raise NotImplementedError

    def resize(self, cols, rows):
        raise NotImplementedError

    def leave(self):
        raise NotImplementedError


def in_thread(work, *arguments):
    threading.Thread(target=work, args=arguments, daemon=True).start()
