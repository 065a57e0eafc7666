# SPDX-License-Identifier: MIT
"""Holds real answers against /openapi.json: PORT. Prints "ok", or what differs.

Every call says what it expects; its path, parameters and body must be as the document has them, its answer must have a status
and a content type that are documented, and a body that is valid and has no member that is not documented. At the end every
operation must have been seen with each of its answers that are no errors.
"""
import base64
import copy
import http.client
import io
import json
import os
import sys
import tarfile
import urllib.parse

import jsonschema

PORT = int(sys.argv[1])
NAMES = {"owner": "alice", "session": "build"}
faults, seen = [], set()


def raw(method, target, body=None, headers=None, endless=False):
    """One request on a connection of its own: status, headers, body. Of a stream all of it, of an endless one its beginning."""
    connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=60)
    connection.request(method, target, body, headers or {})
    answer = connection.getresponse()
    content = b"" if answer.status == 101 else answer.read(10) if endless else answer.read()
    connection.close()
    return answer.status, {name.lower(): value for name, value in answer.getheaders()}, content


DOCUMENT = json.loads(raw("GET", "/openapi.json")[2])
OPERATIONS = {
    operation["operationId"]: (path, verb.upper(), operation)
    for path, verbs in DOCUMENT["paths"].items()
    for verb, operation in verbs.items()
}


def without_surprises(schema):
    """The same, refusing members that it does not name."""
    if isinstance(schema, list):
        return [without_surprises(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    made = {name: without_surprises(value) for name, value in schema.items()}
    if isinstance(made.get("properties"), dict) and "additionalProperties" not in made:
        made["additionalProperties"] = False
    return made


STRICT = without_surprises(copy.deepcopy(DOCUMENT["components"]))


def validate(what, schema, components, value):
    whole = dict(schema, components=components)
    for found in jsonschema.Draft202012Validator(whole, format_checker=jsonschema.FormatChecker()).iter_errors(value):
        faults.append(f"{what}: {'/'.join(map(str, found.absolute_path))}: {found.message[:300]}")


def target_of(path, operation, parameters):
    """Path and query; every parameter must be documented, and every one of the path given."""
    known = {(parameter["in"], parameter["name"]) for parameter in operation.get("parameters", [])}
    query = {}
    for name, value in parameters.items():
        if ("path", name) in known:
            path = path.replace("{" + name + "}", urllib.parse.quote(value, safe=""))
        elif ("query", name.split(".")[0]) in known:
            query[name] = value
        else:
            faults.append(f"{operation['operationId']}: no parameter {name}")
    return path + ("?" + urllib.parse.urlencode(query) if query else "")


def call(operation_id, status, body=None, headers=None, valid=True, endless=False, **parameters):
    """`valid`: the body is as the document wants it."""
    path, verb, operation = OPERATIONS[operation_id]
    what = f"{operation_id} {status}"
    as_bytes = isinstance(body, bytes)
    if as_bytes and "application/octet-stream" not in operation["requestBody"]["content"]:
        faults.append(f"{what}: bytes are not documented")
    if body is not None and valid and not as_bytes:
        validate(what + " request", operation["requestBody"]["content"]["application/json"]["schema"], DOCUMENT["components"], body)
    given = {name: value for name, value in NAMES.items() if "{" + name + "}" in path}
    got, got_headers, content = raw(verb, target_of(path, operation, {**given, **parameters}),
                                    body if body is None or as_bytes else json.dumps(body), headers, endless)
    if got != status:
        faults.append(f"{what}: answered {got}: {content[:300]!r}")
        return {}
    if str(status) not in operation["responses"]:
        faults.append(f"{what}: not documented")
        return {}
    response = operation["responses"][str(status)]
    for name in response.get("headers", {}):
        if name.lower() not in got_headers:
            faults.append(f"{what}: no header {name}")
    content_type = got_headers.get("content-type", "").split(";")[0]
    if content_type not in response.get("content", {"": {}}):
        faults.append(f"{what}: content type {content_type!r} is not documented")
        return {}
    seen.add((operation_id, status, content_type))
    if not content_type.endswith("json"):
        return content
    value = json.loads(content)
    validate(what, response["content"][content_type]["schema"], STRICT, value)
    return value


def sessions():
    call("createSession", 200, dict(owner_id="alice", session_id="build", metadata={"team": "x"}, idle_ttl_ms=600000))
    call("createSession", 409, dict(owner_id="alice", session_id="build", if_exists="fail"))
    call("createSession", 400, dict(owner_id="", session_id=""))
    call("createSession", 400, dict(owner_id=3), valid=False)
    call("createSession", 501, dict(owner_id="alice", session_id="other", limits={"inodes": 5}))
    made = call("createSession", 200, dict(user_id="alice", generate_id=True, expires_in_ms=600000))
    call("listSessions", 200)
    call("listSessions", 200, **{"owner": "alice", "state": "ready,closed", "meta.team": "x", "order": "created_asc", "limit": "1"})
    call("listSessions", 400, limit="0")
    call("listSessions", 400, headers={"Accept": "application/problem+json"}, order="up")
    call("getSession", 200)
    call("getSession", 404, session="none")
    call("getSession", 404, expect_uid="a" * 20)
    call("getSession", 400, headers={"X-Owner-Id": "bob"})
    call("updateSession", 200, dict(metadata={"team": None, "room": "5"}, expires_at="2030-01-01T00:00:00Z", extend_only=True))
    call("updateSession", 400, dict(colour="red"), valid=False)
    call("updateSession", 404, dict(env={"A": "b"}), session="none")
    call("getSessionStats", 200)
    call("getSessionStats", 404, session="none")
    by_uid(made["uid"])
    call("closeSession", 404, session="none")
    call("closeSession", 400, wait="long")


def by_uid(uid):
    call("getSessionByUid", 200, uid=uid)
    call("updateSessionByUid", 200, dict(idle_ttl_ms=0), uid=uid)
    call("getSessionStatsByUid", 200, uid=uid)
    call("execByUid", 200, dict(command="true"), uid=uid)
    call("execByUid", 202, dict(command="sleep 60", wait_ms=1, shell="fresh"), uid=uid)
    call("execByUid", 200, dict(command="true"), headers={"Accept": "text/event-stream"}, uid=uid)
    call("openShellByUid", 201, uid=uid, name="one")
    call("openShellByUid", 200, uid=uid, name="one")
    call("listShellsByUid", 200, uid=uid)
    call("closeShellByUid", 204, uid=uid, name="one")
    processes("ByUid", uid=uid)
    files("ByUid", uid=uid)
    call("attachShellByUid", 426, uid=uid)
    call("attachShellByUid", 400, headers=upgrade(), cols="x", uid=uid)
    call("attachShellByUid", 101, headers=upgrade(), uid=uid)
    call("closeSessionByUid", 200, uid=uid, wait="files")
    call("getSessionByUid", 404, uid="b" * 20)


def commands():
    call("exec", 200, dict(command="echo out; echo err >&2; printf '\\377' >&2; exit 3", env={"A": "b"}))
    call("exec", 200, dict(command="head -c 300000 /dev/zero | tr '\\0' x", max_output_bytes=1000))
    call("exec", 200, dict(command="kill -9 $$", shell="fresh", stdin="in", merge=True, timeout_ms=5000))
    call("exec", 200, dict(command="cat", stdin_b64="/w==", cwd="/tmp", queue_ms=100), headers={"Idempotency-Key": "one"})
    call("exec", 422, dict(command="true"), headers={"Idempotency-Key": "one"})
    call("exec", 400, {}, valid=False)
    call("exec", 404, dict(command="true", create="never"), session="none")
    call("exec", 422, dict(command="true", cwd="/none"))
    call("exec", 202, dict(command="sleep 60", wait_ms=1))
    call("exec", 409, dict(command="true"))
    call("exec", 200, dict(command="echo hi; sleep 0.1; echo ho", shell="fresh"), headers={"Accept": "text/event-stream"})
    named = {"X-Owner-Id": "alice", "X-Session-Id": "build"}
    call("execByHeader", 200, dict(command="true", shell="two"), headers=named)
    call("execByHeader", 202, dict(command="sleep 60", shell="two", wait_ms=1), headers=named)
    call("execByHeader", 200, dict(command="true", shell="fresh"), headers={**named, "Accept": "text/event-stream"})
    call("execByHeader", 400, dict(command="true"))
    call("openShell", 201, dict(env={"A": "b"}, cwd="/tmp", startup=[]), name="three")
    call("openShell", 200, name="three")
    call("openShell", 400, dict(colour="red"), valid=False, name="four")
    call("openShell", 404, dict(startup=["/none"]), name="four")
    call("openShell", 501, dict(pty=True), name="four")
    call("listShells", 200)
    call("closeShell", 204, name="three")
    call("closeShell", 404, name="three")


def processes(suffix="", **where):
    """The same by the session's key and by its uid."""
    def ask(operation, *arguments, **parameters):
        return call(operation + suffix, *arguments, **where, **parameters)

    as_json = {"Content-Type": "application/json"}
    ask("startProcess", 201, dict(command="echo hi; printf '\\377'", wait_ms=20000, env={"A": "b"}, merge=True))
    ask("startProcess", 201, dict(argv=["cat"], stdin="pipe", tag="cat", cwd="/tmp", timeout_ms=60000, no_output_timeout_ms=60000,
                                  on_disconnect="keep", output=dict(cap_bytes=65536, policy="block")))
    terminal = ask("startProcess", 201, dict(command="sleep 60", pty=dict(cols=100, rows=30)))
    ask("startProcess", 400, dict(command="true", argv=["true"]), valid=False)
    ask("startProcess", 422, dict(argv=["/none"]))
    ask("listProcesses", 200)
    ask("listProcesses", 200, state="running,ended", kind="process", tag="cat", limit="1")
    ask("listProcesses", 400, kind="none")
    ask("writeStdin", 200, dict(text="hello\n"), headers=as_json, process="tag:cat", at="0", wait_ms="5000")
    ask("writeStdin", 200, dict(b64="/w=="), headers=as_json, process="tag:cat")
    ask("writeStdin", 409, dict(text="x"), headers=as_json, process="tag:cat", at="1000")
    ask("readOutput", 200, process="tag:cat", wait_ms="5000", until="hello", stream="stdout")
    ask("readOutput", 200, process="tag:cat", since="0", limit="3", **{"as": "raw"})
    ask("readOutput", 416, process="tag:cat", since="100000")
    ask("readOutput", 404, process="p999-none")
    ask("closeStdin", 204, process="tag:cat")
    ask("getProcess", 200, process="tag:cat", wait_ms="20000")
    ask("readOutput", 200, headers={"Last-Event-ID": "2"}, process="tag:cat", **{"as": "sse"})
    ask("readOutput", 200, process="tag:cat", follow="1", **{"as": "raw"})
    ask("signalProcess", 204, dict(signal="CONT", to="group"), process=terminal["id"])
    ask("signalProcess", 409, dict(), process="tag:cat")
    ask("endProcess", 200, process=terminal["id"], grace_ms="0", purge="true")
    ask("getProcess", 404, process=terminal["id"])
    ask("attachProcess", 426, process="tag:cat")
    ask("attachProcess", 400, headers=upgrade(), process="tag:cat", mode="loud")
    ask("attachProcess", 101, headers=upgrade(), process="tag:cat", since="0", stream="stdout", view="ro", lag="catch_up")
    ask("attachTerminal", 426, name="side")
    ask("attachTerminal", 400, headers=upgrade(), name="side", mode="loud")
    ask("attachTerminal", 101, headers=upgrade(), name="side", cols="90", rows="20")
    open_terminals(ask)


def open_terminals(ask):
    as_json = {"Content-Type": "application/json"}
    ask("openTerminal", 201, dict(argv=["cat"], cols=90, rows=20, resize="smallest", env={"A": "b"}, cwd="/tmp"))
    ask("openTerminal", 201, dict(name="one", command="cat"))
    ask("openTerminal", 200, dict(name="one"))
    ask("openTerminal", 400, dict(colour="red"), valid=False)
    ask("ensureTerminal", 200, name="one")
    ask("ensureTerminal", 201, dict(cols=40, rows=10), name="two")
    ask("ensureTerminal", 400, dict(name="three"), name="two")
    ask("ensureTerminal", 422, dict(argv=["/none"]), name="four")
    ask("listTerminals", 200, state="running", limit="2")
    ask("getTerminal", 200, name="one", wait_ms="0")
    ask("getTerminal", 404, name="none")
    ask("resizeTerminal", 200, dict(cols=70, rows=7, resize="last"), name="one")
    ask("resizeTerminal", 400, dict(cols=70), valid=False, name="one")
    ask("sendInput", 200, dict(text="hello", keys=["enter"]), headers=as_json, name="one", at="0", wait_ms="5000")
    ask("sendInput", 200, dict(keys=["ctrl-c", "up"]), headers=as_json, name="two")
    ask("sendInput", 400, dict(keys=["hyper-x"]), headers=as_json, name="one")
    ask("readTerminal", 200, name="one", until="hello", wait_ms="5000")
    ask("readTerminal", 200, name="one", since="0", limit="3", **{"as": "raw"})
    ask("getScreen", 200, name="one", quiet_ms="10", wait_ms="5000")
    ask("getScreen", 200, name="one", format="ansi", version="0")
    ask("getScreen", 404, name="none")
    ask("closeTerminal", 200, name="one", grace_ms="0")
    ask("readTerminal", 200, name="one", **{"as": "sse"})
    ask("sendInput", 409, dict(text="x"), headers=as_json, name="one")


def files(suffix="", **where):
    def ask(operation, *arguments, **parameters):
        return call(operation + suffix, *arguments, **where, **parameters)

    made = ask("writeFile", 201, b"0123456789", path="/root/d/one", parents="true", mode="0640", user="root", create="auto")
    etag = '"' + made.get("etag", "") + '"'
    ask("writeFile", 200, b"0123456789", path="/root/d/one", headers={"If-Match": etag})
    ask("writeFile", 412, b"x", path="/root/d/one", headers={"If-None-Match": "*"})
    ask("writeFile", 409, b"x", path="/root")
    ask("writeFile", 400, b"x")
    ask("appendToFile", 201, b"a", path="/root/d/two")
    ask("appendToFile", 200, b"b", path="/root/d/two")
    ask("readFile", 200, path="/root/d/two", user="root")
    ask("readFile", 206, path="/root/d/one", headers={"Range": "bytes=2-3"})
    ask("readFile", 416, path="/root/d/one", headers={"Range": "bytes=20-30"})
    now = ask("statFile", 200, path="/root/d/one", follow="true")
    ask("readFile", 304, path="/root/d/one", headers={"If-None-Match": '"' + now.get("etag", "") + '"'})
    ask("readFile", 404, path="/root/none")
    ask("makeSymlink", 200, dict(path="/root/d/link", target="one", user="root"))
    ask("makeSymlink", 409, dict(path="/root/d/link", target="one"))
    ask("statFile", 200, path="/root/d/link", follow="false")
    ask("setFileAttributes", 200, dict(mode="0600", owner="0:0", mtime="2020-01-01T00:00:00Z"), path="/root/d/one")
    ask("setFileAttributes", 400, dict(mode=600), valid=False, path="/root/d/one")
    ask("makeDirectory", 200, dict(path="/root/d/e/f", parents=True, mode="0700", create="never"))
    ask("moveFile", 200, {"from": "/root/d/two", "to": "/root/d/e/two"}, headers={"Idempotency-Key": "move" + suffix})
    ask("moveFile", 404, {"from": "/root/d/two", "to": "/root/d/e/two"})
    ask("copyFile", 200, {"from": "/root/d", "to": "/root/copy", "overwrite": False})
    ask("editFile", 200, dict(path="/root/copy/one", edits=[dict(old="45", new="x"), dict(old="x", new="y", all=True)]))
    ask("editFile", 422, dict(path="/root/copy/one", edits=[dict(old="none", new="x")]))
    page = ask("listFiles", 200, path="/root", depth="3", limit="2", hidden="false")
    ask("listFiles", 200, path="/root", depth="3", cursor=page.get("next_cursor") or "")
    ask("listFiles", 409, path="/root/d/one")
    found = ask("searchFiles", 200, path="/root/d", text="4", name="o*", context="1", limit="1", max_bytes="2000", ignore_case="true", hidden="true")
    ask("searchFiles", 200, path="/root", regex="^0", cursor=found.get("next_cursor") or "")
    ask("searchFiles", 200, path="/root", name="*")
    ask("searchFiles", 400, path="/root", regex="(")
    news = ask("watchFiles", 200, path="/root/d", recursive="true", limit="10")
    ask("setFileAttributes", 200, dict(mode="0644"), path="/root/d/one")
    ask("watchFiles", 200, path="/root/d", recursive="true", since=str(news.get("next", 0)), wait_ms="20000", **{"as": "json"})
    ask("watchFiles", 200, path="/root/d", recursive="true", headers={"Accept": "text/event-stream"}, endless=True)
    ask("watchFiles", 404, path="/root/none")
    for form in "tar", "tar.gz", "zip":
        ask("readArchive", 200, path="/root/d", format=form)
    ask("readArchive", 400, path="/root/d", format="rar", valid=False)
    ask("readArchive", 404, path="/root/none")
    tar = io.BytesIO()
    with tarfile.open(fileobj=tar, mode="w") as packed:
        packed.addfile(tarfile.TarInfo("x"))
    ask("writeArchive", 200, tar.getvalue(), path="/root/unpacked", user="root", links="inside", create="auto")
    ask("writeArchive", 400, b"no archive at all", path="/root/unpacked")
    ask("removeFile", 409, path="/root/d")
    ask("removeFile", 204, path="/root/d", recursive="true")


def upgrade():
    key = base64.b64encode(os.urandom(16)).decode()
    return {"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": key}


def terminals():
    call("attachShell", 426)
    call("attachShell", 400, headers=upgrade(), mode="loud")
    call("attachShell", 101, headers=upgrade(), cols="100", rows="30", view="ro", lag="skip", since="0", create="auto")
    named = {"X-Owner-Id": "alice", "X-Session-Id": "build"}
    call("attachShellByHeader", 426, headers=named)
    call("attachShellByHeader", 400)
    call("attachShellByHeader", 101, headers={**named, **upgrade()})


def agents():
    as_json = {"Content-Type": "application/json", "Accept": "application/json, text/event-stream"}
    hello = dict(jsonrpc="2.0", id=1, method="initialize",
                 params=dict(protocolVersion="2025-11-25", capabilities={}, clientInfo=dict(name="test", version="1")))
    call("mcp", 200, hello, headers=as_json)
    session = raw("POST", "/mcp", json.dumps(hello), as_json)[1]["mcp-session-id"]
    mine = {**as_json, "Mcp-Session-Id": session}
    call("mcp", 202, dict(jsonrpc="2.0", method="notifications/initialized"), headers=mine)
    call("mcp", 200, dict(jsonrpc="2.0", id=2, method="tools/list"), headers=mine, tools="full", names="seed")
    run = dict(name="exec", arguments=dict(owner_id="alice", session_id="build", command="true", shell="fresh"),
               _meta=dict(progressToken=1))
    call("mcp", 200, dict(jsonrpc="2.0", id=3, method="tools/call", params=run), headers=mine)
    call("mcp", 400, dict(jsonrpc="2.0", id=4, method="tools/list"), headers=as_json)
    call("mcp", 404, dict(jsonrpc="2.0", id=5, method="tools/list"),
         headers={**as_json, "Mcp-Session-Id": session[:-1] + ("0" if session[-1] != "0" else "1")})
    call("endMcp", 200, headers=mine)
    call("endMcp", 404, headers=mine)


def server():
    for operation in ("getStats", "getHealth", "getReadiness", "getVersion", "getCapabilities", "getOpenapi"):
        call(operation, 200)
    call("getHealth", 403, headers={"Host": "evil.example"})


sessions()
commands()
processes()
files()
terminals()
agents()
server()
call("closeSession", 200, reason="closed_by_user", wait="files")
for operation_id, (_, _, operation) in OPERATIONS.items():
    for status, response in operation["responses"].items():
        for content_type in response.get("content", {"": {}}):
            if int(status) < 400 and (operation_id, int(status), content_type) not in seen:
                faults.append(f"{operation_id} {status} {content_type}: never seen")
print("\n".join(faults) or "ok")
