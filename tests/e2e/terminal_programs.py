# SPDX-License-Identifier: MIT
"""terminal_programs.py PORT STRATA: programs that fill the screen, in `strata attach` within tmux. What tmux then shows and
what `strata screen` says must be the same. Prints "ok", or what was seen instead."""
import os
import subprocess
import sys
import tempfile
import time

PORT, STRATA = sys.argv[1:]
COLS, ROWS = 100, 30
SESSION = "alice/build"
PATIENCE = 60
os.environ.update(STRATA_ADDR=f"127.0.0.1:{PORT}", STRATA_CONFIG="/dev/null", LANG="C.UTF-8", TERM="xterm-256color")
os.environ.pop("TMUX", None)


def run(*words, **how):
    return subprocess.run(words, check=True, capture_output=True, timeout=PATIENCE, **how).stdout.decode()


class Tmux:
    """The person's terminal."""

    def __init__(self, directory):
        self.words = ["tmux", "-S", f"{directory}/socket", "-f", f"{directory}/settings"]
        with open(f"{directory}/settings", "w", encoding="ascii") as settings:
            settings.write("set -g status off\nset -g escape-time 0\n")

    def begin(self, command):
        run(*self.words, "new-session", "-d", "-x", str(COLS), "-y", str(ROWS), command)

    def type(self, *keys):
        run(*self.words, "send-keys", *keys)

    def rows(self):
        return [row.rstrip() for row in run(*self.words, "capture-pane", "-p").split("\n")[:ROWS]]

    def end(self):
        subprocess.run([*self.words, "kill-server"], check=False, capture_output=True)


def screen_rows():
    return [row.rstrip() for row in run(STRATA, "screen", SESSION, "main").split("\n")[:ROWS]]


def see(tmux, *texts, exact=True):
    """Both show all of the texts; `exact`: and nothing else."""
    until = time.monotonic() + PATIENCE
    while True:
        theirs, ours = tmux.rows(), screen_rows()
        if all(text in "\n".join(rows) for text in texts for rows in (theirs, ours)) and (not exact or theirs == ours):
            return
        if time.monotonic() > until:
            raise SystemExit(f"{texts}:\n--- tmux\n" + "\n".join(theirs) + "\n--- strata screen\n" + "\n".join(ours))


def expect_alternate(wanted):
    """Whether a program has the screen for itself. One that ends may drop what was typed ahead, so its end is waited for."""
    until = time.monotonic() + PATIENCE
    while ('"alternate": true' in run(STRATA, "screen", SESSION, "--json")) != wanted:
        if time.monotonic() > until:
            raise SystemExit(f"alternate screen: not {wanted}\n" + "\n".join(screen_rows()))


def main(directory):
    run(STRATA, "exec", "-d", "-t", "--name", "main", "--env", "PS1=ready> ", SESSION, "--", "bash", "--norc")
    tmux = Tmux(directory)
    try:
        tmux.begin(f"{STRATA} attach {SESSION} main; echo left with $?; sleep 1000")
        see(tmux, "ready>")  # from here on the keys are not this terminal's
        tmux.type("echo 日本 ü; stty size", "Enter")
        see(tmux, "日本 ü", f"{ROWS} {COLS}")

        tmux.type("vim -u NONE -N /tmp/text", "Enter")
        see(tmux, '"/tmp/text"')
        tmux.type("ihello from vim", "Enter", "second", "Escape", "gg")
        see(tmux, "hello from vim", "second")
        expect_alternate(True)
        tmux.type(":wq", "Enter")
        expect_alternate(False)
        tmux.type("cat /tmp/text; echo done-$((1+1))", "Enter")
        see(tmux, "hello from vim", "done-2")

        tmux.type("seq 1 500 | LESS= less", "Enter")
        see(tmux, "29")
        tmux.type("/^300$", "Enter")
        see(tmux, "300", "328")
        run(STRATA, "input", SESSION, "name:main", "--key", "up", "--key", "up")
        see(tmux, "298", "326")
        tmux.type("q")
        expect_alternate(False)

        tmux.type("htop", "Enter")
        see(tmux, "PID", "Quit", "bash --norc", exact=False)
        run(STRATA, "input", SESSION, "name:main", "--key", "f1")
        see(tmux, "show this help screen")
        run(STRATA, "input", SESSION, "name:main", "--key", "space", "--key", "f10")
        expect_alternate(False)

        tmux.type("tmux -S /tmp/inner -f /dev/null new-session -s within", "Enter")
        see(tmux, "[within]", exact=False)
        tmux.type("echo in-$((6*7))", "Enter")
        see(tmux, "in-42", exact=False)
        tmux.type("exit", "Enter")
        see(tmux, "[exited]")

        tmux.type("clear; python3 -q", "Enter")
        see(tmux, ">>>")
        tmux.type("print('a' + 'b'); 6*7", "Enter")
        see(tmux, "ab", "42")
        run(STRATA, "input", SESSION, "name:main", "--key", "ctrl-d")
        tmux.type("echo gone-$((1+1))", "Enter")
        see(tmux, "gone-2")

        tmux.type("C-p", "C-q")
        until = time.monotonic() + PATIENCE
        while "left with 0" not in "\n".join(tmux.rows()):
            if time.monotonic() > until:
                raise SystemExit("detach: " + "\n".join(tmux.rows()))
        if "gone-2" not in "\n".join(screen_rows()):
            raise SystemExit("the terminal did not stay")
    finally:
        tmux.end()


with tempfile.TemporaryDirectory() as scratch:
    main(scratch)
print("ok")
