# SPDX-License-Identifier: MIT
"""The Model Context Protocol: both eras over HTTP, and `strata mcp`."""
import http.client
import json
import os
import queue
import re
import subprocess
import threading

from contract import PATIENCE, Protocol, Ran, Refused, in_thread

NO_TERMINAL = "a terminal is typed into and looked at, see below; nobody watches it"
CLIENT = {"capabilities": {}, "clientInfo": {"name": "scenarios", "version": "1"}}


class Mcp(Protocol):
    cannot = {
        "shell_echo": NO_TERMINAL,
        "shell_resize": NO_TERMINAL,
        "tree": "a model has no use for an archive",
        "watch": "no tool for it",
    }

    def ask(self, method, params):
        raise NotImplementedError

    def tool(self, name, **arguments):
        answer = self.ask("tools/call", {"name": name, "arguments": {key: value for key, value in arguments.items() if value is not None}})
        if "error" in answer:
            raise Refused(answer["error"]["code"], answer["error"]["message"])
        result = answer["result"]
        if result["isError"]:
            text = result["content"][0]["text"]
            raise Refused(re.match(r"(?:exec failed: |session failed: )?(\w+)", text)[1], text)
        return result["structuredContent"]

    def create(self, owner, session):
        return self.tool("session_create", owner_id=owner, session_id=session)["created"]

    def run(self, owner, session, command, stdin=None, timeout_ms=None, shell="session"):
        got = self.tool("exec", owner_id=owner, session_id=session, command=command, timeout_ms=timeout_ms, shell=shell, split=True, ansi=True,
                        stdin=None if stdin is None else stdin.decode(errors="surrogateescape"))
        return Ran(got["stdout"].encode(), got["stderr"].encode(), False, got["exit_code"], got["timed_out"], got["truncated"])

    def close(self, owner, session):
        self.tool("session_close", owner_id=owner, session_id=session)

    def background(self, owner, session, command):
        made = self.tool("process_start", owner_id=owner, session_id=session, command=command, wait_ms=0)
        read, since = "", 0
        while True:
            got = self.tool("process_output", owner_id=owner, session_id=session, process_id=made["process_id"], since=since, wait_ms=1000)
            read, since = read + got["output"], got["next"]
            if got["state"] == "ended":
                return Ran(read.encode(), b"", True, got["exit_code"])

    def write_file(self, owner, session, path, text):
        self.tool("file_write", owner_id=owner, session_id=session, path=path, content=text)

    def read_file(self, owner, session, path):
        lines = self.tool("file_read", owner_id=owner, session_id=session, path=path)["text"].splitlines(keepends=True)
        return "".join(line.split("\t", 1)[1] for line in lines)

    def edit_file(self, owner, session, path, old, new):
        self.tool("file_edit", owner_id=owner, session_id=session, path=path, edits=[dict(old=old, new=new)])

    def search(self, owner, session, path, text):
        found = self.tool("file_search", owner_id=owner, session_id=session, path=path, text=text)
        return [(each["path"], each["line"]) for each in found["items"]]

    def list_files(self, owner, session, path):
        return [each["path"] for each in self.tool("file_list", owner_id=owner, session_id=session, path=path)["items"]]

    def type_keys(self, owner, session, text):
        self.tool("terminal_open", owner_id=owner, session_id=session)
        self.tool("terminal_input", owner_id=owner, session_id=session, text=text, keys=["enter"])

    def screen(self, owner, session):
        return self.tool("terminal_screen", owner_id=owner, session_id=session)["lines"]

    touch = close  # session_get finds those that have ended, too

    def bad_input(self, owner, session):  # a missing command is told in the seed's words, without a code
        self.run(owner, session, "true", shell="no name")


class OverHttp(Mcp):
    def __init__(self, port, **_):
        self.port = port
        self.last = 0
        self.lock = threading.Lock()

    def post(self, message, headers):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        always = {"Content-Type": "application/json", "Accept": "application/json, text/event-stream"}
        connection.request("POST", "/mcp/?tools=full", json.dumps(message), {**always, **headers})
        answer = connection.getresponse()
        content = answer.read()
        connection.close()
        return answer, json.loads(content) if content else None

    def next_id(self):
        with self.lock:
            self.last += 1
            return self.last


class Mcp2025(OverHttp):
    name = "MCP 2025-11-25"

    def __init__(self, port, **_):
        super().__init__(port)
        hello = {"jsonrpc": "2.0", "id": 0, "method": "initialize", "params": {"protocolVersion": "2025-11-25", **CLIENT}}
        answer, _ = self.post(hello, {})
        self.headers = {"Mcp-Session-Id": answer.headers["Mcp-Session-Id"], "MCP-Protocol-Version": "2025-11-25"}
        self.post({"jsonrpc": "2.0", "method": "notifications/initialized"}, self.headers)

    def ask(self, method, params):
        return self.post({"jsonrpc": "2.0", "id": self.next_id(), "method": method, "params": params}, self.headers)[1]


class Mcp2026(OverHttp):
    name = "MCP 2026-07-28"

    def ask(self, method, params):
        meta = {"io.modelcontextprotocol/protocolVersion": "2026-07-28", "io.modelcontextprotocol/clientCapabilities": {}}
        message = {"jsonrpc": "2.0", "id": self.next_id(), "method": method, "params": {**params, "_meta": meta}}
        return self.post(message, {"MCP-Protocol-Version": "2026-07-28", "Mcp-Method": method, "Mcp-Name": params["name"]})[1]


class McpStdio(Mcp):
    name = "MCP stdio"

    def __init__(self, port, program):
        environment = {**os.environ, "STRATA_API": f"http://127.0.0.1:{port}"}
        self.process = subprocess.Popen([program, "mcp", "--tools", "full"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.DEVNULL, env=environment)
        self.lock = threading.Lock()
        self.last = 0
        self.answers = {}
        in_thread(self.read)
        self.ask("initialize", {"protocolVersion": "2025-11-25", **CLIENT})
        self.send({"method": "notifications/initialized"})

    def read(self):
        for line in self.process.stdout:
            message = json.loads(line)
            if "id" in message:
                self.answers[message["id"]].put(message)

    def send(self, message):
        self.process.stdin.write((json.dumps({"jsonrpc": "2.0", **message}) + "\n").encode())
        self.process.stdin.flush()

    def ask(self, method, params):
        coming = queue.Queue()
        with self.lock:
            self.last += 1
            self.answers[self.last] = coming
            self.send({"id": self.last, "method": method, "params": params})
        return coming.get(timeout=PATIENCE)

    def end(self):
        self.process.stdin.close()
        if self.process.wait(PATIENCE) != 0:
            raise AssertionError("strata mcp failed at its end")
