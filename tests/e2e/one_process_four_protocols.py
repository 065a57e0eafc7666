# SPDX-License-Identifier: MIT
"""A process started over MCP, its input written over REST, followed over WebSocket, read over gRPC: PORT PROTOS MIB SEED.

All see the same bytes, also readers that join late, leave, and come back at any offset they have seen. Prints the seed, then "ok" or what
differs.
"""
import asyncio
import hashlib
import http.client
import json
import os
import random
import sys
import threading

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "every_protocol"))
import grpc  # noqa: E402
import websockets  # noqa: E402
from grpc_stubs import compile_stubs, serialize  # noqa: E402

PORT, MIB, SEED = int(sys.argv[1]), int(sys.argv[3]), int(sys.argv[4])
compile_stubs(sys.argv[2])
from strata.v1 import process_pb2  # noqa: E402

PATH = "/api/sessions/alice/four"
SIZE = MIB << 20
print("seed", SEED)
faults = []


def rest(method, target, body=None, headers=None):
    connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=300)
    connection.request(method, target, body, headers or {})
    answer = connection.getresponse()
    content = answer.read()
    connection.close()
    if answer.status >= 300:
        raise RuntimeError(f"{method} {target}: {answer.status} {content[:300]!r}")
    return answer, content


def start_over_mcp():
    ask = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {
        "name": "process_start",
        "arguments": {"owner_id": "alice", "session_id": "four", "command": "cat", "stdin": True, "wait_ms": 0},
        "_meta": {"io.modelcontextprotocol/protocolVersion": "2026-07-28",
                  "io.modelcontextprotocol/clientInfo": {"name": "four", "version": "1"},
                  "io.modelcontextprotocol/clientCapabilities": {}}}}
    _, content = rest("POST", "/mcp", json.dumps(ask), {
        "Content-Type": "application/json", "Accept": "application/json, text/event-stream", "MCP-Protocol-Version": "2026-07-28",
        "Mcp-Method": "tools/call", "Mcp-Name": "process_start"})
    return json.loads(content)["result"]["structuredContent"]["process_id"]


def write_over_rest(process, data, chance):
    """Some pieces twice, as a client does that has heard no answer."""
    at = 0
    while at < len(data):
        piece = data[at:at + chance.randint(1, 4 << 20)]
        for _ in range(chance.choice((1, 1, 1, 2))):
            rest("POST", f"{PATH}/processes/{process}/stdin?at={at}&wait_ms=60000", piece, {"Content-Type": "application/octet-stream"})
        at += len(piece)
    rest("DELETE", f"{PATH}/processes/{process}/stdin")


async def follow_over_web_socket(process, chance):
    """Leaves and comes back now and then, at the offset that it knows."""
    digest, offset, ended = hashlib.sha256(), 0, False
    while not ended:
        patience = chance.randint(1 << 16, SIZE // 2)
        async with websockets.connect(f"ws://127.0.0.1:{PORT}/api/ws/alice/four/processes/{process}?since={offset}", max_size=None) as socket:
            async for frame in socket:
                if isinstance(frame, str):
                    message = json.loads(frame)
                    if message["type"] == "gap":
                        faults.append(f"WebSocket: a gap at {message['offset']}")
                    ended = message["type"] == "end"
                    if ended:
                        break
                    continue
                if frame[0] != 3:
                    faults.append(f"WebSocket: stream {frame[0]}")
                digest.update(frame[1:])
                offset += len(frame) - 1
                patience -= len(frame)
                if patience <= 0:
                    break
    return digest.hexdigest()


def read_at_random_over_rest(process, data, chance, stop):
    """Pages at offsets that are there, while it runs and afterwards."""
    while not stop.is_set():
        known = json.loads(rest("GET", f"{PATH}/processes/{process}")[1])["next"]
        since = chance.randint(0, known)
        answer, content = rest("GET", f"{PATH}/processes/{process}/output?as=raw&since={since}&limit={chance.randint(1, 1 << 20)}")
        if int(answer.headers["Strata-Offset"]) != since or content != data[since:since + len(content)]:
            faults.append(f"REST: other bytes at {since}")


def follow_over_grpc(channel, process, since):
    request = process_pb2.FollowOutputRequest(process=process, since=since)
    request.session.owner_id, request.session.session_id = "alice", "four"
    digest, end = hashlib.sha256(), None
    for event in channel.unary_stream("/strata.v1.ProcessService/FollowOutput", serialize, process_pb2.ProcessEvent.FromString)(request, timeout=300):
        if event.HasField("gap"):
            faults.append(f"gRPC: a gap at {event.gap.offset}")
        digest.update(event.output.data)
        end = event.end if event.HasField("end") else end
    if end is None or end.reason != "exited" or end.exit_code != 0:
        faults.append(f"gRPC: {end}")
    return digest.hexdigest()


def main():
    chance = random.Random(SEED)
    data = b"".join(chance.randbytes(1 << 20) for _ in range(MIB))  # more at once is more than Python can do
    whole = hashlib.sha256(data).hexdigest()
    process = start_over_mcp()
    results, stop = {}, threading.Event()
    seeds = [chance.randint(0, 1 << 32) for _ in range(4)]

    def run(name, work):
        def guarded():
            try:
                results[name] = work()
            except Exception as failure:  # pylint: disable=broad-except
                faults.append(f"{name}: {failure!r}")
        thread = threading.Thread(target=guarded)
        thread.start()
        return thread

    readers = [run("WebSocket", lambda: asyncio.run(follow_over_web_socket(process, random.Random(seeds[0])))),
               run("WebSocket again", lambda: asyncio.run(follow_over_web_socket(process, random.Random(seeds[1]))))]
    pages = run("REST pages", lambda: read_at_random_over_rest(process, data, random.Random(seeds[2]), stop))
    write_over_rest(process, data, random.Random(seeds[3]))
    for reader in readers:
        reader.join()
    stop.set()
    pages.join()
    channel = grpc.insecure_channel(f"127.0.0.1:{PORT}")
    results["gRPC"] = follow_over_grpc(channel, process, 0)
    middle = chance.randint(0, SIZE)
    if follow_over_grpc(channel, process, middle) != hashlib.sha256(data[middle:]).hexdigest():
        faults.append(f"gRPC: other bytes from {middle} on")
    results["REST"] = hashlib.sha256(rest("GET", f"{PATH}/processes/{process}/output?as=raw&follow=1")[1]).hexdigest()
    for name, digest in results.items():
        if digest is not None and digest != whole:
            faults.append(f"{name}: {digest} instead of {whole}")
    print("\n".join(faults) or "ok")


main()
