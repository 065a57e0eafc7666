# SPDX-License-Identifier: MIT
"""grpc_client.py PORT PROTOS SCENARIO [ARGUMENT...]: one scenario with Debian's python3-grpcio; prints "ok" when all held."""
import hashlib
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "every_protocol"))
import grpc_stubs  # noqa: E402
from grpc_stubs import grpc, serialize  # noqa: E402

port, protos, scenario = sys.argv[1:4]
grpc_stubs.compile_stubs(protos)

from sandbox import sandbox_pb2 as seed  # noqa: E402
from strata.v1 import process_pb2, session_pb2, shell_pb2, system_pb2, terminal_pb2  # noqa: E402

channel = grpc.insecure_channel("127.0.0.1:" + port)
ref = session_pb2.SessionRef(owner_id="alice", session_id="build")
patience = 280


def call(method, request, response):
    return channel.unary_unary("/" + method, serialize, response.FromString)(request, timeout=patience)


def status_of(method, request, response):
    try:
        call(method, request, response)
    except grpc.RpcError as failure:
        return failure
    return None


def run_exec(command, **more):
    return call("strata.v1.ShellService/Exec", shell_pb2.ExecRequest(session=ref, command=command, **more), shell_pb2.ExecResponse)


def stream_exec(command, **more):
    method = channel.unary_stream("/strata.v1.ShellService/ExecStream", serialize, process_pb2.ProcessEvent.FromString)
    return method(shell_pb2.ExecRequest(session=ref, command=command, **more), timeout=patience)


def bidi(method, event):
    return grpc_stubs.Bidi(channel, method, event, patience)


def run(**start):
    process = bidi("strata.v1.ProcessService/Run", process_pb2.ProcessEvent)
    process.send(process_pb2.RunRequest(start=process_pb2.RunRequest.Start(session=ref, **start)))
    return process


def same(left, right):
    assert left == right, "%r is not %r" % (left, right)


def seed_rows():
    named = {"ownerID": "alice", "sessionID": "build"}
    service = "sandbox.SandboxService/"
    made = call(service + "CreateSession", seed.CreateSessionRequest(**named), seed.CreateSessionResponse)
    same((made.ownerID, made.sessionID, made.created), ("alice", "build", True))
    ran = call(service + "Exec", seed.ExecRequest(command="cd /tmp; echo out; echo err >&2; (exit 3)", **named), seed.ExecResponse)
    # Two pipes: the order of what they bring at once is that of arrival.
    same((sorted(ran.output.split()), ran.exitCode, ran.stderr, ran.error), (["err", "out"], 3, b"err\n", ""))
    same(call(service + "Exec", seed.ExecRequest(command="pwd", **named), seed.ExecResponse).output, "/tmp")
    late = call(service + "Exec", seed.ExecRequest(command="sleep 60", timeoutMs=100, **named), seed.ExecResponse)
    same((late.timedOut, late.error, late.reason), (True, "", "timed_out"))
    same(call(service + "Exec", seed.ExecRequest(**named), seed.ExecResponse).error, "command is required")
    same(call(service + "Stats", seed.StatsRequest(), seed.StatsResponse).activeSessions, 1)
    shell = bidi(service + "Shell", seed.ShellOutput)
    shell.send(seed.ShellInput(stdinData=b"echo $((40+2)).\n", **named))
    seen = b""
    for output in shell.events:
        seen += output.data
        if b"42.\r\n" in seen:
            break
    # bash gives back the size that it has seen at each prompt: a resize in that moment is lost, so `read` holds the terminal.
    shell.send(seed.ShellInput(stdinData=b"echo re''ady; read -r x; stty size; exit\n"))
    seen = b""
    while b"ready\r\n" not in seen:
        seen += next(shell.events).data
    shell.send(seed.ShellInput(resize=seed.Resize(rows=33, cols=99)))
    shell.send(seed.ShellInput(stdinData=b"\n"))
    rest = list(shell.events)
    assert b"33 99" in b"".join(output.data for output in rest), rest
    same(rest[-1].closed, True)
    half = bidi(service + "Shell", seed.ShellOutput)
    half.send(seed.ShellInput(stdinData=b"echo $((1+1)).\n", **named))
    half.end()
    assert b"2.\r\n" in b"".join(output.data for output in half.events)
    closed = call(service + "CloseSession", seed.CloseSessionRequest(**named), seed.CloseSessionResponse)
    same(closed.success, True)
    again = call(service + "CloseSession", seed.CloseSessionRequest(**named), seed.CloseSessionResponse)
    same((again.success, again.message), (False, "session not found"))
    same(status_of(service + "CreateSession", seed.CreateSessionRequest(), seed.CreateSessionResponse).code(), grpc.StatusCode.INVALID_ARGUMENT)


def sessions():
    service = "strata.v1.SessionService/"
    made = call(service + "CreateSession", session_pb2.CreateSessionRequest(session=ref, metadata={"team": "x"}), session_pb2.CreateSessionResponse).session
    same((made.created, made.metadata["team"]), (True, "x"))
    again = call(service + "CreateSession", session_pb2.CreateSessionRequest(session=ref), session_pb2.CreateSessionResponse).session
    same((again.created, again.uid), (False, made.uid))
    failure = status_of(service + "CreateSession", session_pb2.CreateSessionRequest(session=ref, if_exists=2), session_pb2.CreateSessionResponse)
    same(failure.code(), grpc.StatusCode.ALREADY_EXISTS)
    same(grpc_stubs.info_of(failure).reason, "session_exists")
    listed = call(service + "ListSessions", session_pb2.ListSessionsRequest(owner_id="alice"), session_pb2.ListSessionsResponse)
    same([each.uid for each in listed.sessions], [made.uid])
    by_uid = session_pb2.SessionRef(uid=made.uid)
    same(call(service + "GetSession", session_pb2.GetSessionRequest(session=by_uid), session_pb2.GetSessionResponse).session.session_id, "build")
    same(call(service + "CloseSession", session_pb2.CloseSessionRequest(session=by_uid), session_pb2.CloseSessionResponse).reason, "closed_by_user")
    missing = status_of(service + "CloseSession", session_pb2.CloseSessionRequest(session=ref), session_pb2.CloseSessionResponse)
    same(missing.code(), grpc.StatusCode.NOT_FOUND)


def commands():
    ran = run_exec("cat; echo err >&2; (exit 4)", stdin=bytes(range(256)))
    same((ran.exit_code, ran.stdout.data, ran.stderr.data, ran.session_created), (4, bytes(range(256)), b"err\n", True))
    run_exec("cd /tmp; x=7")
    same(run_exec("echo $PWD $x").stdout.data, b"/tmp 7\n")
    events = list(stream_exec("echo a; echo b >&2; (exit 7)"))
    same(events[0].WhichOneof("event"), "started")
    same(sorted((each.output.stream, each.output.data) for each in events[1:-1]), [("stderr", b"b\n"), ("stdout", b"a\n")])
    same(events[-1].end.exit_code, 7)
    busy = list(stream_exec("sleep 60", wait={"nanos": 50000000}))
    same(busy[-1].WhichOneof("event"), "handed_over")
    refused = status_of("strata.v1.ShellService/Exec", shell_pb2.ExecRequest(session=ref, command="true"), shell_pb2.ExecResponse)
    same((refused.code(), busy[-1].handed_over.id in refused.details()), (grpc.StatusCode.FAILED_PRECONDITION, True))
    same(run_exec("echo beside", shell="fresh").stdout.data, b"beside\n")


def processes():
    cat = run(argv=["cat"], has_input=True)
    for piece in range(64):
        cat.send(process_pb2.RunRequest(input=bytes([piece]) * 65536))
    cat.send(process_pb2.RunRequest(end_of_input={}))
    digest = hashlib.sha256()
    for event in cat.events:
        digest.update(event.output.data)
        end = event
    same(digest.hexdigest(), hashlib.sha256(b"".join(bytes([piece]) * 65536 for piece in range(64))).hexdigest())
    same(end.end.exit_code, 0)
    sized = run(command="stty size; read -r x; stty size; exec sleep 60", terminal={"cols": 90, "rows": 20}, has_input=True)
    seen = b""
    for event in sized.events:
        seen += event.output.data
        if seen == b"20 90\r\n":
            sized.send(process_pb2.RunRequest(resize={"cols": 100, "rows": 30}))
            sized.send(process_pb2.RunRequest(input=b"\n"))
            seen += b"|"
        elif seen.endswith(b"30 100\r\n"):
            sized.send(process_pb2.RunRequest(signal={"signal": "TERM", "to": 2}))
            seen += b"|"
    same((event.end.reason, event.end.signal), ("signalled", 15))
    odd = run(argv=["sleep", "60"])
    next(odd.events)
    odd.send(process_pb2.RunRequest(signal={"signal": "NONSENSE"}))
    same(next(odd.events).refused.code, "invalid_argument")
    odd.events.cancel()
    try:
        list(run(argv=["/no/such/program"]).events)
        raise AssertionError("it started")
    except grpc.RpcError as failure:
        same(failure.code(), grpc.StatusCode.FAILED_PRECONDITION)


def cancelled():
    """A client that leaves ends its command, unless it said otherwise."""
    gone = stream_exec("sleep 7811")
    next(gone)
    gone.cancel()
    kept = run(argv=["sleep", "7812"], on_disconnect=2)
    next(kept.events)
    kept.events.cancel()
    same(run_exec("while pgrep -f 'sleep 781[1]' >/dev/null; do sleep 0.01; done; pgrep -fc 'sleep 781[2]'", shell="fresh").stdout.data, b"1\n")


def closed():
    """The session is closed in the middle."""
    running = stream_exec("echo begun; exec sleep 60")
    next(running)
    next(running)
    call("strata.v1.SessionService/CloseSession", session_pb2.CloseSessionRequest(session=ref), session_pb2.CloseSessionResponse)
    last = list(running)[-1]
    same(last.end.reason, "session_closed")


def terminal():
    attach = terminal_pb2.TerminalInput(attach=terminal_pb2.TerminalInput.Attach(session=ref, size={"cols": 90, "rows": 20}))
    first, second = (bidi("strata.v1.TerminalService/Attach", terminal_pb2.TerminalEvent) for _ in range(2))
    first.send(attach)
    ready = next(first.events).ready
    same((ready.created, ready.size.cols), (True, 90))
    second.send(attach)
    same(next(second.events).ready.created, False)
    first.send(terminal_pb2.TerminalInput(input=b"echo re''ady; read -r x; stty size; printf '\\377'; exit 5\n"))
    begun = b""
    while b"ready\r\n" not in begun:  # see seed_rows
        begun += next(first.events).output.data
    first.send(terminal_pb2.TerminalInput(resize={"cols": 100, "rows": 40}))
    while not next(second.events).HasField("resized"):  # what is typed may overtake it
        pass
    first.send(terminal_pb2.TerminalInput(input=b"\n"))
    for viewer in (first, second):
        events = list(viewer.events)
        seen = b"".join(event.output.data for event in events)
        assert b"40 100\r\n\xff" in seen, seen
        same(events[-1].end.exit_code, 5)


def bulk():
    """Prints how many bytes came, and their sum."""
    digest, size = hashlib.sha256(), 0
    for event in stream_exec(sys.argv[4]):
        digest.update(event.output.data)
        size += len(event.output.data)
    same(event.end.exit_code, 0)
    print(size, digest.hexdigest())


globals()[scenario]()
print("ok")
