# SPDX-License-Identifier: MIT
"""The seed's messages by a WebSocket library that knows nothing of Strata."""
import asyncio
import json
import sys

import websockets


async def main(url):
    async with websockets.connect(url) as one:
        await one.send(json.dumps({"type": "input", "data": "echo seen $((40+2))\n"}))
        text = ""
        while "seen 42" not in text:
            text += json.loads(await asyncio.wait_for(one.recv(), 30)).get("data", "")
        print(text)
    # As `echo … | websocat`: the close follows the input at once, and what comes until it is answered is read.
    one = await websockets.connect(url, close_timeout=10)
    await one.send(json.dumps({"type": "input", "data": "echo before the close $((40+3))\n"}))
    closing = asyncio.ensure_future(one.close())
    text = ""
    try:
        while True:
            text += json.loads(await asyncio.wait_for(one.recv(), 30)).get("data", "")
    except websockets.ConnectionClosed:
        pass
    await closing
    print(text)


asyncio.run(main(sys.argv[1]))
