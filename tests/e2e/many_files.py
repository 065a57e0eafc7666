# SPDX-License-Identifier: MIT
"""make N: a tar of N small files to standard output. check N: reads one, and prints "ok" when it has exactly these."""
import io
import sys
import tarfile

COUNT = int(sys.argv[2])


def content(number):
    return b"%06d" % number


def make():
    with tarfile.open(fileobj=sys.stdout.buffer, mode="w|") as tar:
        for number in range(COUNT):
            entry = tarfile.TarInfo(f"{number // 1000}/{number}")
            entry.size = len(content(number))
            tar.addfile(entry, io.BytesIO(content(number)))


def check():
    seen = set()
    with tarfile.open(fileobj=sys.stdin.buffer, mode="r|") as tar:
        for entry in tar:
            if entry.isfile():
                directory, number = map(int, entry.name.split("/"))
                same = directory == number // 1000 and tar.extractfile(entry).read() == content(number)
                if not same or number in seen:
                    raise SystemExit(f"{entry.name} is another")
                seen.add(number)
    print("ok" if len(seen) == COUNT else f"{len(seen)} files")


{"make": make, "check": check}[sys.argv[1]]()
