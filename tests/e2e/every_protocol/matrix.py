# SPDX-License-Identifier: MIT
"""matrix.py PORT PROTOS PROGRAM: every scenario through every protocol; prints the matrix in Markdown, then what failed, if anything did."""
import json
import os
import re
import sys
import traceback
import urllib.request

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import grpc_stubs  # noqa: E402
from command_line import CommandLine  # noqa: E402
from grpc_seed import GrpcSeed  # noqa: E402
from grpc_v1 import GrpcV1  # noqa: E402
from mcp import Mcp2025, Mcp2026, McpStdio  # noqa: E402
from rest import Rest  # noqa: E402
from scenarios import SCENARIOS  # noqa: E402
from web_socket import WebSocket  # noqa: E402

PORT, PROTOS, PROGRAM = int(sys.argv[1]), sys.argv[2], sys.argv[3]
grpc_stubs.compile_stubs(PROTOS)
PROTOCOLS = [Rest, WebSocket, GrpcSeed, GrpcV1, Mcp2025, Mcp2026, McpStdio, CommandLine]
failures, reasons = [], []


def close_all(owner):
    listed = f"http://127.0.0.1:{PORT}/api/sessions?owner={owner}&state=ready"
    for session in json.load(urllib.request.urlopen(listed))["items"]:
        gone = urllib.request.Request(f"http://127.0.0.1:{PORT}/api/sessions/@/{session['uid']}", method="DELETE")
        urllib.request.urlopen(gone).read()


def cell(protocol, scenario):
    reason = protocol.cannot.get(scenario.__name__)
    if reason is not None:
        if reason not in reasons:
            reasons.append(reason)
        return f"({reasons.index(reason) + 1})"
    owner = re.sub(r"\W+", "-", f"{protocol.name}-{scenario.__name__}").lower()
    try:
        return scenario(protocol, owner)
    except Exception:  # noqa: BLE001 - one cell must not hide the others
        failures.append(f"{protocol.name}, {scenario.__name__}: {traceback.format_exc()}")
        return "FAILED"
    finally:
        close_all(owner)


def main():
    columns = []
    for protocol in PROTOCOLS:
        through = protocol(PORT, program=PROGRAM)
        columns.append([cell(through, scenario) for scenario in SCENARIOS])
        through.end()
    print("| | " + " | ".join(protocol.name for protocol in PROTOCOLS) + " |")
    print("|---" * (len(PROTOCOLS) + 1) + "|")
    for row, title in enumerate(SCENARIOS.values()):
        print(f"| {title} | " + " | ".join(column[row] for column in columns) + " |")
    print()
    for number, reason in enumerate(reasons, 1):
        print(f"({number}) {reason}.  ")
    print("\n".join(failures), end="")


main()
