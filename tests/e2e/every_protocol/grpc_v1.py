# SPDX-License-Identifier: MIT
"""strata.v1: commands by ExecStream, so that all of the output comes."""
from contract import PATIENCE, Protocol, Ran, Refused, Terminal, in_thread
from grpc_stubs import Bidi, code_of, grpc, serialize


class GrpcV1(Protocol):
    name = "gRPC strata.v1"

    def __init__(self, port, **_):
        from strata.v1 import process_pb2, session_pb2, shell_pb2, terminal_pb2

        self.session, self.shell, self.process, self.terminal_pb = session_pb2, shell_pb2, process_pb2, terminal_pb2
        self.channel = grpc.insecure_channel(f"127.0.0.1:{port}")

    def ref(self, owner, session):
        return self.session.SessionRef(owner_id=owner, session_id=session)

    def call(self, method, request, response):
        try:
            return self.channel.unary_unary("/strata.v1." + method, serialize, response.FromString)(request, timeout=PATIENCE)
        except grpc.RpcError as failure:
            raise Refused(code_of(failure), failure.details()) from failure

    def create(self, owner, session):
        request = self.session.CreateSessionRequest(session=self.ref(owner, session))
        return self.call("SessionService/CreateSession", request, self.session.CreateSessionResponse).session.created

    def run(self, owner, session, command, stdin=None, timeout_ms=None, shell="session"):
        request = self.shell.ExecRequest(session=self.ref(owner, session), command=command, stdin=stdin, shell=shell)
        if timeout_ms is not None:
            request.timeout.FromMilliseconds(timeout_ms)
        written = {"stdout": b"", "stderr": b""}
        method = self.channel.unary_stream("/strata.v1.ShellService/ExecStream", serialize, self.process.ProcessEvent.FromString)
        try:
            for event in method(request, timeout=PATIENCE):
                if event.WhichOneof("event") == "output":
                    written[event.output.stream] += event.output.data
        except grpc.RpcError as failure:
            raise Refused(code_of(failure), failure.details()) from failure
        end = event.end
        return Ran(written["stdout"], written["stderr"], False, end.exit_code if end.HasField("exit_code") else None, end.timed_out)

    def close(self, owner, session):
        self.call("SessionService/CloseSession", self.session.CloseSessionRequest(session=self.ref(owner, session)), self.session.CloseSessionResponse)

    def touch(self, owner, session):
        request = self.session.GetSessionStatsRequest(session=self.ref(owner, session))
        self.call("SessionService/GetSessionStats", request, self.session.GetSessionStatsResponse)

    def terminal(self, owner, session):
        return AttachedTerminal(self, owner, session)

    def end(self):
        self.channel.close()


class AttachedTerminal(Terminal):
    def __init__(self, of, owner, session):
        super().__init__()
        self.pb = of.terminal_pb
        self.call = Bidi(of.channel, "strata.v1.TerminalService/Attach", self.pb.TerminalEvent, PATIENCE)
        self.call.send(self.pb.TerminalInput(attach=self.pb.TerminalInput.Attach(session=of.ref(owner, session))))
        in_thread(self.read)

    def read(self):
        try:
            for event in self.call.events:
                self.take(event.output.data)
        except grpc.RpcError:
            pass
        self.take(None)

    def type(self, text):
        self.call.send(self.pb.TerminalInput(input=text))

    def resize(self, cols, rows):
        self.call.send(self.pb.TerminalInput(resize={"cols": cols, "rows": rows}))

    def leave(self):
        self.call.events.cancel()
