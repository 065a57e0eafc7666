# SPDX-License-Identifier: MIT
"""Reads an exec's event stream from stdin; prints bytes, SHA-256 and exit code. Fails on anything out of order."""
import base64
import hashlib
import json
import sys

digest, offset, event, end, seen = hashlib.sha256(), 0, None, None, []
for line in sys.stdin.buffer:
    if line.startswith(b"event: "):
        event = line[7:].strip().decode()
        seen.append(event) if event != "output" else None
        assert end is None, "an event after the end"
    elif line.startswith(b"id: ") and event == "output":
        following = int(line[4:])
    elif line.startswith(b"data: "):
        data = json.loads(line[6:])
        if event == "output":
            assert data["offset"] == offset, (data["offset"], offset)
            piece = data["text"].encode() if "text" in data else base64.b64decode(data["b64"])
            digest.update(piece)
            offset += len(piece)
            assert following == offset, (following, offset)
        elif event == "end":
            end = data
assert seen == ["started", "end"], seen
print(offset, digest.hexdigest(), end["exit_code"])
