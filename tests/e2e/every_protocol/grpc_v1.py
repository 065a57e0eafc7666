# SPDX-License-Identifier: MIT
"""strata.v1: commands by ExecStream, so that all of the output comes."""
from contract import PATIENCE, Protocol, Ran, Refused, Terminal, in_thread
from grpc_stubs import Bidi, code_of, grpc, serialize


class GrpcV1(Protocol):
    name = "gRPC strata.v1"

    def __init__(self, port, **_):
        from strata.v1 import file_pb2, process_pb2, session_pb2, shell_pb2, terminal_pb2

        self.file = file_pb2
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

    def background(self, owner, session, command):
        start = self.process.StartProcessRequest(session=self.ref(owner, session), command=command, merge=True)
        made = self.call("ProcessService/StartProcess", start, self.process.StartProcessResponse).process
        wait = self.process.WaitProcessRequest(session=self.ref(owner, session), process=made.id)
        ended = self.call("ProcessService/WaitProcess", wait, self.process.WaitProcessResponse).process
        read = self.process.ReadOutputRequest(session=self.ref(owner, session), process=made.id)
        page = self.call("ProcessService/ReadOutput", read, self.process.ReadOutputResponse)
        return Ran(b"".join(record.output.data for record in page.records), b"", True, ended.end.exit_code)

    def write_file(self, owner, session, path, text):
        pb = self.file
        opened = pb.WriteRequest.Open(session=self.ref(owner, session), path=path, parents=True)
        messages = [pb.WriteRequest(open=opened), pb.WriteRequest(data=text.encode()), pb.WriteRequest(end=pb.WriteRequest.End())]
        write = self.channel.stream_unary("/strata.v1.FileService/Write", serialize, pb.WriteResponse.FromString)
        write(iter(messages), timeout=PATIENCE)

    def read_file(self, owner, session, path):
        read = self.channel.unary_stream("/strata.v1.FileService/Read", serialize, self.file.ReadResponse.FromString)
        try:
            pieces = list(read(self.file.ReadRequest(session=self.ref(owner, session), path=path), timeout=PATIENCE))
        except grpc.RpcError as failure:
            raise Refused(code_of(failure), failure.details()) from failure
        return b"".join(each.data for each in pieces).decode()

    def edit_file(self, owner, session, path, old, new):
        request = self.file.EditRequest(session=self.ref(owner, session), path=path)
        request.edits.add(old_text=old, new_text=new)
        self.call("FileService/Edit", request, self.file.EditResponse)

    def search(self, owner, session, path, text):
        request = self.file.SearchRequest(session=self.ref(owner, session), path=path, text=text)
        return [(each.path, each.line) for each in self.call("FileService/Search", request, self.file.SearchResponse).matches]

    def put_tree(self, owner, session, path, tar):
        pb = self.file
        opened = pb.WriteArchiveRequest.Open(session=self.ref(owner, session), path=path)
        messages = [pb.WriteArchiveRequest(open=opened), pb.WriteArchiveRequest(data=tar),
                    pb.WriteArchiveRequest(end=pb.WriteArchiveRequest.End())]
        write = self.channel.stream_unary("/strata.v1.FileService/WriteArchive", serialize, pb.WriteArchiveResponse.FromString)
        write(iter(messages), timeout=PATIENCE)

    def get_tree(self, owner, session, path):
        read = self.channel.unary_stream("/strata.v1.FileService/ReadArchive", serialize, self.file.ReadArchiveResponse.FromString)
        return b"".join(each.data for each in read(self.file.ReadArchiveRequest(session=self.ref(owner, session), path=path), timeout=PATIENCE))

    def watched(self, owner, session, path, act):
        watch = self.channel.unary_stream("/strata.v1.FileService/Watch", serialize, self.file.WatchResponse.FromString)
        news = watch(self.file.WatchRequest(session=self.ref(owner, session), path=path), timeout=PATIENCE)
        next(news)
        act()
        event = next(news).events[0]
        news.cancel()
        return self.file.WatchResponse.Change.Name(event.change).removeprefix("CHANGE_").lower(), event.path

    def list_files(self, owner, session, path):
        request = self.file.ListRequest(session=self.ref(owner, session), path=path)
        return [each.path for each in self.call("FileService/List", request, self.file.ListResponse).files]

    def type_keys(self, owner, session, text):
        pb = self.terminal_pb
        self.call("TerminalService/OpenTerminal", pb.OpenTerminalRequest(session=self.ref(owner, session), terminal="main"), pb.OpenTerminalResponse)
        typed = pb.SendInputRequest(session=self.ref(owner, session), terminal="main", data=text.encode(), keys=["enter"])
        self.call("TerminalService/SendInput", typed, pb.SendInputResponse)

    def screen(self, owner, session):
        look = self.terminal_pb.GetScreenRequest(session=self.ref(owner, session), terminal="main")
        look.quiet.FromMilliseconds(50)
        return list(self.call("TerminalService/GetScreen", look, self.terminal_pb.GetScreenResponse).lines)

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
