# SPDX-License-Identifier: MIT
import base64
import http.client
import json
import urllib.parse

from contract import PATIENCE, Protocol, Ran, Refused

NO_TERMINAL = "HTTP answers once; its terminals are WebSockets"


class Rest(Protocol):
    name = "REST"
    cannot = {"shell_echo": NO_TERMINAL, "shell_resize": NO_TERMINAL}

    def __init__(self, port, **_):
        self.port = port

    def call(self, verb, path, body=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        connection.request(verb, path, None if body is None else json.dumps(body))
        answer = connection.getresponse()
        content = json.loads(answer.read())
        connection.close()
        if answer.status >= 400:
            raise Refused(content["code"], content["error"])
        return content

    def create(self, owner, session):
        return self.call("POST", "/api/sessions", {"owner_id": owner, "session_id": session})["created"]

    def run(self, owner, session, command, stdin=None, timeout_ms=None, shell="session"):
        body = {"command": command, "shell": shell, "timeout_ms": timeout_ms}
        if stdin is not None:
            body["stdin_b64"] = base64.b64encode(stdin).decode()
        got = self.call("POST", path_of(owner, session) + "/exec", body)
        exact = {name: base64.b64decode(got[name + "_b64"]) if name + "_b64" in got else got[name].encode() for name in ("stdout", "stderr")}
        return Ran(exact["stdout"], exact["stderr"], False, got["exit_code"], got["timed_out"], got["truncated"])

    def close(self, owner, session):
        self.call("DELETE", path_of(owner, session))

    def touch(self, owner, session):
        self.call("GET", path_of(owner, session) + "/stats")


def path_of(owner, session):
    return f"/api/sessions/{urllib.parse.quote(owner, safe='')}/{urllib.parse.quote(session, safe='')}"
