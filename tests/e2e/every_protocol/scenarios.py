# SPDX-License-Identifier: MIT
"""The scenarios. Each gets a protocol and an owner of its own, and says in a word or two how the protocol does it."""
import io
import tarfile
import time
from concurrent.futures import ThreadPoolExecutor

from contract import PATIENCE, Refused

QUOTA = 4  # sessions of an owner on the server of this test
BINARY = b"\xff\x00\x80x"
LARGE = 3_000_000


def same(left, right):
    if left != right:
        raise AssertionError(f"{left!r:.500} is not {right!r:.500}")


def refused(code, work, *arguments):
    try:
        work(*arguments)
    except Refused as failure:
        same(failure.code, code)
        return
    raise AssertionError(f"not refused with {code}")


def create(through, owner):
    same(through.create(owner, "build"), True)
    return "yes"


def reuse(through, owner):
    same(through.create(owner, "build"), True)
    through.run(owner, "build", "cd /tmp; x=7")
    same(through.create(owner, "build"), False)
    same(through.run(owner, "build", "echo $PWD $x").output.strip(), b"/tmp 7")
    return "yes"


def output(through, owner):
    same(through.run(owner, "build", "echo hello; echo ü").output.strip(), "hello\nü".encode())
    return "yes"


def exit_code(through, owner):
    same(through.run(owner, "build", "(exit 3)").exit_code, 3)
    same(through.run(owner, "build", "true").exit_code, 0)
    return "yes"


def stderr(through, owner):
    ran = through.run(owner, "build", "echo out; echo err >&2")
    if not ran.merged:
        same((ran.output, ran.stderr), (b"out\n", b"err\n"))
        return "apart"
    same(sorted(ran.output.split()), [b"err", b"out"])
    if ran.stderr:
        same(ran.stderr, b"err\n")
        return "in the output, and apart"
    return "in the output"


def stdin(through, owner):
    same(through.run(owner, "build", "read -r line; echo \"got $line\"; wc -l", stdin=b"first\nsecond\n").output.split(b"\n")[0], b"got first")
    return "yes"


def timeout(through, owner):
    ran = through.run(owner, "build", "sleep 1000", timeout_ms=200)
    same((ran.timed_out, ran.exit_code), (True, None))
    same(through.run(owner, "build", "pgrep -x sleep || echo gone").output.strip(), b"gone")
    return "yes"


def large(through, owner):
    ran = through.run(owner, "build", f"echo first; head -c {LARGE} /dev/zero | tr '\\0' x; echo; printf last")
    same((ran.output.startswith(b"first\nxxx"), ran.output.endswith(b"xxx\nlast"), ran.exit_code), (True, True, 0))
    if ran.cut:
        same(len(ran.output) < LARGE, True)
        return "head and tail, told"
    same(len(ran.output), LARGE + len("first\n\nlast"))
    return "whole"


def binary(through, owner):
    text = "".join(f"\\{byte:03o}" for byte in BINARY)
    ran = through.run(owner, "build", f"printf '{text}'; printf '{text}' >&2")
    if BINARY in ran.output:
        return "exact"
    same(BINARY.decode(errors="replace") in ran.output.decode(), True)
    return "U+FFFD in output, exact in stderr" if ran.stderr == BINARY else "U+FFFD"


def at_once(through, owner):
    through.create(owner, "build")

    def run(number):
        return through.run(owner, "build", f"sleep 0.1; echo {number}", shell="fresh").output.strip()

    with ThreadPoolExecutor(8) as pool:
        same(list(pool.map(run, range(8))), [str(number).encode() for number in range(8)])
    return "yes" if through.has_shells else "one after the other: it has one shell"


def close(through, owner):
    through.create(owner, "build")
    through.close(owner, "build")
    refused("session_not_found", through.touch, owner, "build")
    return "yes"


def unknown(through, owner):
    refused("session_not_found", through.touch, owner, "none")
    return "session_not_found"


def quota(through, owner):
    for number in range(QUOTA):
        through.create(owner, f"s{number}")
    refused("quota_exceeded", through.create, owner, "one-too-many")
    return "quota_exceeded"


def bad_input(through, owner):
    through.create(owner, "build")
    refused("invalid_argument", through.bad_input, owner, "build")
    return "invalid_argument"


def shell_echo(through, owner):
    terminal = through.terminal(owner, "build")
    terminal.type(b"echo $((40+2)).\n")
    terminal.expect(b"42.\r\n")
    terminal.leave()
    return "yes"


def shell_resize(through, owner):
    terminal = through.terminal(owner, "build")
    # bash gives back the size that it has seen at each prompt: a resize in that moment is lost, so a program holds the terminal.
    terminal.type(b"bash -c 'trap \"stty size\" WINCH; echo re\"\"ady; while :; do read -r -t 1 x; done'\n")
    terminal.expect(b"ready\r\n")
    terminal.resize(99, 33)
    terminal.expect(b"33 99\r\n")
    terminal.leave()
    return "yes"


def background(through, owner):
    ran = through.background(owner, "build", "echo one; echo two; exit 3")
    same((ran.output, ran.exit_code), (b"one\ntwo\n", 3))
    return "yes"


def screen(through, owner):
    through.type_keys(owner, "build", "echo $((40+2)).")
    until = time.monotonic() + PATIENCE
    while "42." not in (rows := through.screen(owner, "build")):
        if time.monotonic() > until:
            raise AssertionError(f"no 42. in {rows!r}")
    return "yes"


def files(through, owner):
    through.write_file(owner, "build", "/root/in/note", "one\n")
    through.run(owner, "build", "printf 'two\\n' >>in/note; mkdir in/sub")
    same(through.read_file(owner, "build", "/root/in/note"), "one\ntwo\n")
    same(through.list_files(owner, "build", "/root/in"), ["note", "sub"])
    refused("file_not_found", through.read_file, owner, "build", "/root/none")
    return "yes"


def edit(through, owner):
    through.write_file(owner, "build", "/root/code", "one\ntwo\n")
    through.edit_file(owner, "build", "/root/code", "two", "2")
    same(through.read_file(owner, "build", "/root/code"), "one\n2\n")
    refused("edit_not_found", through.edit_file, owner, "build", "/root/code", "three", "3")
    return "yes"


def search(through, owner):
    through.write_file(owner, "build", "/root/src/a", "x\nneedle\n")
    through.write_file(owner, "build", "/root/src/b/c", "needle\n")
    same(through.search(owner, "build", "/root/src", "needle"), [("a", 2), ("b/c", 1)])
    return "yes"


def tree(through, owner):
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as tar:
        for name, text in ("d/a", b"one"), ("d/e/b", b"two"):
            entry = tarfile.TarInfo(name)
            entry.size = len(text)
            tar.addfile(entry, io.BytesIO(text))
    through.put_tree(owner, "build", "/root/in", packed.getvalue())
    with tarfile.open(fileobj=io.BytesIO(through.get_tree(owner, "build", "/root/in")), mode="r:") as tar:
        same(sorted(entry.name for entry in tar if entry.isfile()), ["d/a", "d/e/b"])
        same(tar.extractfile("d/e/b").read(), b"two")
    return "yes"


def watch(through, owner):
    through.write_file(owner, "build", "/root/w/a", "1")
    same(through.watched(owner, "build", "/root/w", lambda: through.write_file(owner, "build", "/root/w/.b", "2"))[0], "created")
    return "yes"


def broken(through, owner):
    through.run(owner, "build", "rm -rf /bin /lib /lib64 /sbin /etc /tmp/* /root 2>/dev/null")  # no program starts any more
    same(through.run(owner, "build", "echo still here").output.strip(), b"still here")
    return "yes"


SCENARIOS = {
    create: "create",
    reuse: "reuse, with its state",
    output: "output",
    exit_code: "exit code",
    stderr: "standard error",
    stdin: "standard input",
    timeout: "timeout",
    large: "3 MB of output",
    binary: "binary output",
    at_once: "8 execs at once",
    close: "close",
    unknown: "unknown session",
    quota: "over quota",
    bad_input: "bad input",
    shell_echo: "shell echo",
    shell_resize: "shell resize",
    background: "a process, read after its end",
    screen: "keys, and the screen as text",
    files: "a file in, a list, a file out",
    edit: "an edit",
    search: "a search",
    tree: "a tree in and out",
    watch: "hearing what happens to files",
    broken: "its userland removed",
}
