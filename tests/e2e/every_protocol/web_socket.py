# SPDX-License-Identifier: MIT
"""The terminal of a session, by a library that knows nothing of Strata."""
import asyncio
import json
import secrets

import websockets
from contract import PATIENCE, Protocol, Ran, Refused, Terminal, in_thread

ONE_TERMINAL = "a viewer shares the one terminal; commands side by side are for exec"


class WebSocket(Protocol):
    name = "WebSocket"
    cannot = {
        "timeout": "what is typed has no time limit",
        "at_once": ONE_TERMINAL,
        "background": "it joins what was started by other means, and follows it",
        "screen": "a viewer has a screen of its own",
        **dict.fromkeys(("files", "edit", "search", "tree", "watch"), "it has no files"),
        "close": "leaving ends no session; the shell's `exit` ends only the shell",
    }

    def __init__(self, port, **_):
        self.port = port

    def view(self, owner, session, query="mode=raw"):
        return SocketTerminal(f"ws://127.0.0.1:{self.port}/api/ws/{owner}/{session}/shell?{query}")

    def create(self, owner, session):
        viewer = self.view(owner, session)
        viewer.leave()
        return viewer.ready["session_created"]

    def run(self, owner, session, command, stdin=None, timeout_ms=None, shell="session"):
        """Typed at the terminal; what it writes stands between marks that are not typed. The shell goes on."""
        viewer = self.view(owner, session)
        mark = secrets.token_hex(8)
        line = f"stty -echo -opost; printf '<%s>' {mark}; {command}; printf '|%d|%s|' $? {mark}\n"
        viewer.type(line.encode())
        viewer.expect(f"<{mark}>".encode())
        if stdin is not None:  # as typed: its end is a key
            viewer.type(stdin + b"\x04")
        written, code = viewer.expect_end(rb"\|(\d+)\|%s\|" % mark.encode())
        viewer.leave()
        return Ran(written, b"", True, int(code))

    def touch(self, owner, session):
        self.view(owner, session, "mode=raw&create=never").leave()

    def bad_input(self, owner, session):
        try:
            self.view(owner, session, "mode=raw&cols=0")
        except websockets.InvalidStatusCode as refused:
            raise Refused("invalid_argument" if refused.status_code == 400 else refused.status_code) from refused

    def terminal(self, owner, session):
        return self.view(owner, session)


class SocketTerminal(Terminal):
    """In raw mode; an error before the terminal is there is raised."""

    def __init__(self, url):
        super().__init__()
        self.loop = asyncio.new_event_loop()
        in_thread(self.loop.run_forever)
        self.socket = self.do(lambda: websockets.connect(url, max_size=None))
        first = json.loads(self.do(lambda: self.socket.recv()))
        if first["type"] == "error":
            self.do(lambda: self.socket.wait_closed())
            raise Refused(first["code"], first["error"])
        self.ready = first
        asyncio.run_coroutine_threadsafe(self.read(), self.loop)

    def do(self, begin):
        async def awaited():
            return await begin()

        return asyncio.run_coroutine_threadsafe(awaited(), self.loop).result(PATIENCE)

    async def read(self):
        try:
            async for message in self.socket:
                if isinstance(message, bytes):
                    self.take(message)
        except websockets.ConnectionClosed:
            pass
        self.take(None)

    def type(self, text):
        self.do(lambda: self.socket.send(text))

    def resize(self, cols, rows):
        self.do(lambda: self.socket.send(json.dumps({"type": "resize", "cols": cols, "rows": rows})))

    def leave(self):
        self.do(self.socket.close)
