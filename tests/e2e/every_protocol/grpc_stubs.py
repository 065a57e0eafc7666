# SPDX-License-Identifier: MIT
"""The messages of pkg/proto, compiled into a directory that goes with the program, and what grpcio lacks."""
import queue
import subprocess
import sys
import tempfile

import grpc

FILES = ["sandbox/sandbox.proto", "google/rpc/status.proto", "google/rpc/error_details.proto"]
FILES += ["strata/v1/%s.proto" % name for name in ("file", "process", "session", "shell", "system", "terminal")]
DIRECTORY = tempfile.TemporaryDirectory()


def compile_stubs(protos):
    subprocess.run(["protoc", "-I", protos, "--python_out", DIRECTORY.name, *FILES], check=True)
    sys.path.insert(0, DIRECTORY.name)


def serialize(message):
    return message.SerializeToString()


class Bidi:
    """A bidirectional call whose messages are sent as the scenario goes."""

    def __init__(self, channel, method, event, patience):
        self.outgoing = queue.Queue()
        self.events = channel.stream_stream("/" + method, serialize, event.FromString)(iter(self.outgoing.get, None), timeout=patience)

    def send(self, message):
        self.outgoing.put(message)

    def end(self):
        self.outgoing.put(None)


def info_of(failure):
    """The ErrorInfo in the details of a status; None: it has none of Strata's."""
    from google.rpc import error_details_pb2, status_pb2

    packed = dict(failure.trailing_metadata() or ()).get("grpc-status-details-bin", b"")
    for detail in status_pb2.Status.FromString(packed).details:
        info = error_details_pb2.ErrorInfo()
        if detail.Unpack(info) and info.domain == "strata":
            return info
    return None


def code_of(failure):
    """The API's code; the name of the status where there is none."""
    info = info_of(failure)
    return info.reason if info else failure.code().name
