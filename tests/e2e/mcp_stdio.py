# SPDX-License-Identifier: MIT
"""An agent that starts `strata mcp` and talks to its standard input and output.

usage: mcp_stdio.py SCENARIO PROGRAM     prints "ok", or what was seen instead; STRATA_API names the server
"""
import http.server, json, os, queue, subprocess, sys, threading, urllib.request

PATIENCE = 60
META = {"io.modelcontextprotocol/protocolVersion": "2026-07-28", "io.modelcontextprotocol/clientCapabilities": {}}


class agent:
    def __init__(self, *flags, **environment):
        self.process = subprocess.Popen([sys.argv[2], "mcp", *flags], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.DEVNULL, env={**os.environ, **environment})
        self.lines = queue.Queue()
        threading.Thread(target=self.read, daemon=True).start()
        self.last = 0
        self.notified = []

    def read(self):
        for line in self.process.stdout:
            self.lines.put(json.loads(line))
        self.lines.put(None)

    def send(self, method, params=None, is_request=True):
        message = {"jsonrpc": "2.0", "method": method}
        if params is not None:
            message["params"] = params
        if is_request:
            self.last += 1
            message["id"] = self.last
        self.process.stdin.write((json.dumps(message) + "\n").encode())
        self.process.stdin.flush()
        return self.last

    def next(self):
        message = self.lines.get(timeout=PATIENCE)
        check(message is not None, True, "it goes on")
        return message

    def answer(self, number):
        while True:
            message = self.next()
            if "method" in message:
                self.notified.append(message)
                continue
            check(message["id"], number, "id of an answer")
            return message.get("result") or message["error"]

    def ask(self, method, params=None):
        return self.answer(self.send(method, params))

    def open(self):
        opened = self.ask("initialize", {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "a", "version": "1"}})
        self.send("notifications/initialized", is_request=False)
        return opened

    def call(self, tool, **arguments):
        return self.ask("tools/call", {"name": tool, "arguments": arguments})

    def end(self, may_come=None):
        """`may_come`: the request whose answer may still be on its way."""
        self.process.stdin.close()
        check(self.process.wait(PATIENCE), 0, "exit code")
        last = self.lines.get(timeout=PATIENCE)
        if last is not None and last.get("id") == may_come is not None:
            last = self.lines.get(timeout=PATIENCE)
        check(last, None, "what came after the end")


def check(seen, expected, what):
    if seen != expected:
        raise SystemExit(f"{what}: {seen!r} and not {expected!r}")


def older_era():
    me = agent("--owner", "me", "--session", "build")
    opened = me.open()
    check(opened["protocolVersion"], "2025-11-25", "version")
    check(opened["serverInfo"]["name"], "strata", "name")
    names = [tool["name"] for tool in me.ask("tools/list")["tools"]]
    check(names, ["exec", "strata_exec", "process_start", "process_output", "process_input", "process_signal", "process_list",
                  "file_read", "file_write", "file_edit", "file_list", "file_search", "session_create", "session_list", "session_close", "strata_stats"], "tools")
    check(me.call("strata_exec", command="echo hi; false")["content"][0]["text"], "hi", "text")
    check(me.call("exec", command="echo $X; X=1", owner_id="bob")["content"][0]["text"], "(empty output)", "text")
    check(me.call("exec", command="echo ü; exit 3")["structuredContent"]["exit_code"], 3, "exit code")
    check(me.call("strata_stats")["structuredContent"]["active_sessions"], 2, "sessions")
    check(me.call("exec")["isError"], True, "no command")
    check(me.ask("nope")["code"], -32601, "unknown method")
    for text in ("rubbish", '{"jsonrpc":"2.0"}', "[]"):
        me.process.stdin.write((text + "\n\n").encode())
        me.process.stdin.flush()
        check("error" in me.next(), True, text)
    # What is still running at the end of the input is answered.
    number = me.send("tools/call", {"name": "exec", "arguments": {"command": "sleep 0.5; echo late"}})
    me.process.stdin.close()
    check(me.answer(number)["content"][0]["text"], "late", "the last answer")
    check(me.process.wait(PATIENCE), 0, "exit code")


def stateless_era():
    me = agent("--tools", "full")
    check("2026-07-28" in me.ask("server/discover", {"_meta": META})["supportedVersions"], True, "versions")
    check(len(me.ask("tools/list", {"_meta": META})["tools"]), 23, "tools")
    name = {"owner_id": "me", "session_id": "build"}
    ran = me.ask("tools/call", {"_meta": {**META, "progressToken": 7}, "name": "exec",
                                "arguments": {**name, "command": "for i in 1 2 3; do echo $i; sleep 0.4; done"}})
    check(ran["content"][0]["text"], "1\n2\n3", "text")
    check(ran["resultType"], "complete", "result")
    check("1\n" in "".join(each["params"].get("message", "") for each in me.notified), True, "progress")
    check(me.ask("tools/call", {"name": "exec", "arguments": name, "_meta": {**META, "io.modelcontextprotocol/protocolVersion": "1999-01-01"}})["code"], -32022, "version")
    me.end()


def cancels(meta):
    me = agent()
    if not meta:
        me.open()
    name = {"owner_id": "me", "session_id": "build"}
    number = me.send("tools/call", {"_meta": meta, "name": "exec", "arguments": {**name, "command": "touch /tmp/begun; sleep 1000"}})
    other = {**name, "shell": "fresh", "command": "until test -e /tmp/begun; do :; done"}
    check(me.ask("tools/call", {"_meta": meta, "name": "exec", "arguments": other})["structuredContent"]["exit_code"], 0, "begun")
    me.send("notifications/cancelled", {"_meta": meta, "requestId": number}, is_request=False)
    gone = {**name, "shell": "fresh", "command": "while pgrep -x sleep >/dev/null; do :; done"}
    last = me.send("tools/call", {"_meta": meta, "name": "exec", "arguments": gone})
    seen = me.next()
    if seen["id"] == number:  # the older era may still answer
        seen = me.next()
    check((seen["id"], seen["result"]["structuredContent"]["exit_code"]), (last, 0), "the command is gone")
    me.end(may_come=number)


def cancels_older():
    cancels({})


def cancels_stateless():
    cancels(META)


def fixed_owner():
    me = agent(STRATA_UID="fixed one")
    me.open()
    check(me.call("exec", command="true", owner_id="bob", session_id="build")["isError"], False, "exec")
    listed = json.load(urllib.request.urlopen(os.environ["STRATA_API"] + "/api/sessions"))["items"]
    check([each["owner_id"] for each in listed], ["fixed one"], "owner")
    me.end()


def no_server():
    me = agent(STRATA_API="http://127.0.0.1:1")
    failed = me.ask("initialize", {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "a", "version": "1"}})
    check(failed["code"], -32000, "code")
    check("Connection refused (is `strata run` started there?)" in failed["message"], True, failed["message"])
    me.end()


class forgetful(http.server.BaseHTTPRequestHandler):
    """A server that was started anew: it does not know the first session any more."""
    opened = 0

    def do_POST(self):
        message = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        status, body = 200, {"jsonrpc": "2.0", "id": message.get("id"), "result": {"tools": []}}
        if message["method"] == "initialize":
            forgetful.opened += 1
            body["result"] = {"protocolVersion": "2025-11-25", "capabilities": {}, "serverInfo": {}}
        elif self.headers["Mcp-Session-Id"] != "s2":
            status, body = 404, {"jsonrpc": "2.0", "id": None, "error": {"code": -32600, "message": "session not found"}}
        text = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        if message["method"] == "initialize":
            self.send_header("Mcp-Session-Id", f"s{forgetful.opened}")
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_):
        pass


def server_started_anew():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), forgetful)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    me = agent(STRATA_API=f"http://127.0.0.1:{server.server_port}")
    me.ask("initialize", {"protocolVersion": "2025-11-25"})
    check(me.ask("tools/list"), {"tools": []}, "tools")
    check(me.ask("tools/list"), {"tools": []}, "tools")
    check(forgetful.opened, 2, "sessions")
    me.end()


try:
    globals()[sys.argv[1]]()
    print("ok")
except SystemExit as failure:
    print(failure)
