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
        return json.loads(self.raw(verb, path, None if body is None else json.dumps(body), {"Content-Type": "application/json"}))

    def raw(self, verb, path, body=None, headers={}):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        connection.request(verb, path, body, headers)
        answer = connection.getresponse()
        content = answer.read()
        connection.close()
        if answer.status >= 400:
            failure = json.loads(content)
            raise Refused(failure["code"], failure["error"])
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

    def background(self, owner, session, command):
        made = self.call("POST", path_of(owner, session) + "/processes", {"command": command, "merge": True, "wait_ms": PATIENCE * 1000})
        page = self.call("GET", f"{path_of(owner, session)}/processes/{made['id']}/output?since=start")
        return Ran("".join(record["text"] for record in page["records"]).encode(), b"", True, page["end"]["exit_code"])

    def type_keys(self, owner, session, text):
        self.call("PUT", path_of(owner, session) + "/terminals/main", {})
        self.call("POST", path_of(owner, session) + "/terminals/main/input", {"text": text, "keys": ["enter"]})

    def screen(self, owner, session):
        return self.call("GET", path_of(owner, session) + "/terminals/main/screen?quiet_ms=50")["lines"]

    def write_file(self, owner, session, path, text):
        self.raw("PUT", f"{path_of(owner, session)}/files?parents=true&path={urllib.parse.quote(path)}", text.encode())

    def read_file(self, owner, session, path):
        return self.raw("GET", f"{path_of(owner, session)}/files?path={urllib.parse.quote(path)}").decode()

    def edit_file(self, owner, session, path, old, new):
        self.call("POST", f"{path_of(owner, session)}/files/edit", dict(path=path, edits=[dict(old=old, new=new)]))

    def search(self, owner, session, path, text):
        where = f"{path_of(owner, session)}/files/search?path={urllib.parse.quote(path)}&text={urllib.parse.quote(text)}"
        return [(each["path"], each["line"]) for each in self.call("GET", where)["items"]]

    def put_tree(self, owner, session, path, tar):
        self.raw("PUT", f"{path_of(owner, session)}/archive?path={urllib.parse.quote(path)}", tar)

    def get_tree(self, owner, session, path):
        return self.raw("GET", f"{path_of(owner, session)}/archive?path={urllib.parse.quote(path)}")

    def watched(self, owner, session, path, act):
        where = f"{path_of(owner, session)}/files/watch?path={urllib.parse.quote(path)}"
        since = self.call("GET", where)["next"]
        act()
        event = self.call("GET", f"{where}&since={since}&wait_ms=20000")["items"][0]
        return event["type"], event["path"]

    def list_files(self, owner, session, path):
        return [each["path"] for each in self.call("GET", f"{path_of(owner, session)}/files/list?path={urllib.parse.quote(path)}")["items"]]

    def touch(self, owner, session):
        self.call("GET", path_of(owner, session) + "/stats")


def path_of(owner, session):
    return f"/api/sessions/{urllib.parse.quote(owner, safe='')}/{urllib.parse.quote(session, safe='')}"
