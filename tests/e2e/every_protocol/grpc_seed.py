# SPDX-License-Identifier: MIT
from contract import PATIENCE, Protocol, Ran, Refused, Terminal, in_thread
from grpc_stubs import Bidi, code_of, grpc, serialize


class GrpcSeed(Protocol):
    name = "gRPC sandbox"
    cannot = {
        "stdin": "its Exec has no field for input",
        "background": "it has no processes",
        "screen": "a viewer has a screen of its own",
        **dict.fromkeys(("files", "edit", "search", "tree", "watch"), "it has no files"),
    }
    has_shells = False

    def __init__(self, port, **_):
        from sandbox import sandbox_pb2

        self.pb = sandbox_pb2
        self.channel = grpc.insecure_channel(f"127.0.0.1:{port}")

    def call(self, method, request, response):
        try:
            return self.channel.unary_unary("/sandbox.SandboxService/" + method, serialize, response.FromString)(request, timeout=PATIENCE)
        except grpc.RpcError as failure:
            raise Refused(code_of(failure), failure.details()) from failure

    def create(self, owner, session):
        return self.call("CreateSession", self.pb.CreateSessionRequest(ownerID=owner, sessionID=session), self.pb.CreateSessionResponse).created

    def run(self, owner, session, command, stdin=None, timeout_ms=None, shell="session"):
        request = self.pb.ExecRequest(ownerID=owner, sessionID=session, command=command, timeoutMs=timeout_ms or 0)
        got = self.call("Exec", request, self.pb.ExecResponse)
        if got.code:
            raise Refused(got.code, got.error)
        return Ran(got.output.encode(), got.stderr, True, got.exitCode if got.HasField("exitCode") else None, got.timedOut, got.truncated)

    def close(self, owner, session):
        closed = self.call("CloseSession", self.pb.CloseSessionRequest(ownerID=owner, sessionID=session), self.pb.CloseSessionResponse)
        if not closed.success:
            raise Refused(closed.message.replace(" ", "_"))

    touch = close  # whatever else it has makes a missing session

    def terminal(self, owner, session):
        return SeedTerminal(self, owner, session)

    def end(self):
        self.channel.close()


class SeedTerminal(Terminal):
    def __init__(self, of, owner, session):
        super().__init__()
        self.pb = of.pb
        self.call = Bidi(of.channel, "sandbox.SandboxService/Shell", self.pb.ShellOutput, PATIENCE)
        self.call.send(self.pb.ShellInput(ownerID=owner, sessionID=session))
        in_thread(self.read)

    def read(self):
        try:
            for event in self.call.events:
                self.take(event.data)
        except grpc.RpcError:
            pass
        self.take(None)

    def type(self, text):
        self.call.send(self.pb.ShellInput(stdinData=text))

    def resize(self, cols, rows):
        self.call.send(self.pb.ShellInput(resize=self.pb.Resize(rows=rows, cols=cols)))

    def leave(self):
        self.call.end()
        self.rest()
