"""Power cuts: the writes of a program, recorded by strace, and what a disk may keep of them.

Until a file is flushed, each of its writes may be on the disk, torn at a sector, or not at all.
Names (made, changed, removed) reach the disk in their order, at the latest with a flush.
"""

from __future__ import annotations

import os
import random
import re
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

CALLS = "openat,write,pwrite64,lseek,ftruncate,fsync,fdatasync,rename,renameat,unlink,unlinkat"
LINE = re.compile(r"^(\d+) +(\w+)\((.*)\) += (-?\d+)")
STRING = re.compile(r'"((?:\\x[0-9a-f]{2})*)"')
SECTOR = 512


@dataclass
class Op:
    """One thing a program did to the disk; `path` is of the file as it was named then."""

    kind: str
    path: str
    at: int = 0
    data: bytes = b""
    to: str = ""


def record(command: list[str], log: Path, folder: Path, environment: dict[str, str]) -> list[Op]:
    """Run the command; what it did below `folder`."""
    trace = [
        "strace",
        "-f",
        "-qq",
        "-xx",
        "-s",
        "100000000",
        "-e",
        f"trace={CALLS}",
        "-o",
        str(log),
    ]
    subprocess.run([*trace, *command], check=True, env=environment)
    return list(Reader(str(folder)).ops(log.read_text("ascii").splitlines()))


class Reader:
    """Follows descriptors and their positions through a log of strace."""

    def __init__(self, folder: str) -> None:
        self.folder = folder
        self.names: dict[int, str] = {}
        self.places: dict[int, int] = {}

    def ops(self, lines: list[str]):
        waiting: dict[str, str] = {}
        for line in lines:
            pid = line.split(" ", 1)[0]
            if line.endswith("<unfinished ...>"):
                waiting[pid] = line.removesuffix("<unfinished ...>")
                continue
            if "resumed>" in line and pid in waiting:
                line = waiting.pop(pid) + line.partition("resumed>")[2]  # noqa: PLW2901
            found = LINE.match(line)
            if found and int(found[4]) >= 0:
                yield from self.op(found[2], found[3], int(found[4]))

    def op(self, call: str, words: str, gave: int):
        texts = [bytes.fromhex(one.replace("\\x", "")) for one in STRING.findall(words)]
        if call == "openat":
            name = os.fsdecode(texts[0])
            self.names[gave], self.places[gave] = name, 0
            if name.startswith(self.folder) and "O_CREAT" in words:
                yield Op("make", name)
            if name.startswith(self.folder) and "O_TRUNC" in words:
                yield Op("cut", name)
        elif call in {"rename", "renameat"}:
            source, target = map(os.fsdecode, texts)
            self.names = {n: target if p == source else p for n, p in self.names.items()}
            if target.startswith(self.folder):
                yield Op("name", source, to=target)
        elif call in {"unlink", "unlinkat"}:
            if (name := os.fsdecode(texts[0])).startswith(self.folder):
                yield Op("remove", name)
        else:
            yield from self.on_file(call, words, texts, gave)

    def on_file(self, call: str, words: str, texts: list[bytes], gave: int):
        handle = int(words.split(",", maxsplit=1)[0])
        name = self.names.get(handle, "")
        if call == "lseek":
            self.places[handle] = gave
        elif not name.startswith(self.folder):
            return
        elif call == "pwrite64":
            yield Op("write", name, int(words.rsplit(",", 1)[1]), texts[0][:gave])
        elif call == "write":
            at = self.places.get(handle, 0)
            self.places[handle] = at + gave
            yield Op("write", name, at, texts[0][:gave])
        elif call == "ftruncate":
            yield Op("cut", name, int(words.rsplit(",", 1)[1]))
        else:
            yield Op("flush", name)


@dataclass
class File:
    """What is surely on the disk, and what may be."""

    content: bytearray = field(default_factory=bytearray)
    loose: list[Op] = field(default_factory=list)

    def flushed(self) -> None:
        for op in self.loose:
            apply(self.content, op)
        self.loose = []

    def kept(self, chance: random.Random) -> bytes:
        """The content after a cut: each loose write is there, torn, or not."""
        content = bytearray(self.content)
        for op in self.loose:
            fate = chance.random()
            if fate < 0.4:
                apply(content, op)
            elif fate < 0.6 and op.kind == "write":
                torn = op.data[: chance.randrange(len(op.data) // SECTOR + 1) * SECTOR]
                apply(content, Op("write", op.path, op.at, torn))
        return bytes(content)


def apply(content: bytearray, op: Op) -> None:
    if op.kind == "cut":
        del content[op.at :]
        content.extend(bytes(op.at - len(content)))
    else:
        content.extend(bytes(max(0, op.at - len(content))))
        content[op.at : op.at + len(op.data)] = op.data


def cut(ops: list[Op], chance: random.Random) -> dict[str, bytes]:
    """The files that a disk may hold when the power goes after these operations."""
    names: dict[str, File] = {}  # as the program sees them
    sure: dict[str, File] = {}  # as the disk surely has them
    steps: list[Op] = []  # changes of names since then
    files: dict[int, File] = {}
    for op in ops:
        if op.kind in {"make", "name", "remove"}:
            if op.kind == "make" and op.path in names:
                continue
            rename(names, op, files)
            steps.append(op)
        elif op.kind == "flush" and op.path not in names:  # a folder
            sure, steps = dict(names), []
        elif op.kind == "flush":
            names[op.path].flushed()
            sure, steps = dict(names), []  # a flush takes the journal of names along
        elif op.path in names:
            names[op.path].loose.append(op)
    for op in steps[: chance.randrange(len(steps) + 1)]:
        rename(sure, op, files)
    return {name: file.kept(chance) for name, file in sure.items()}


def rename(names: dict[str, File], op: Op, files: dict[int, File]) -> None:
    if op.kind == "make":
        names[op.path] = files.setdefault(id(op), File())
    elif op.kind == "remove":
        names.pop(op.path, None)
    elif op.path in names:
        names[op.to] = names.pop(op.path)


def lay_out(files: dict[str, bytes]) -> None:
    """Put them on the disk."""
    for name, content in files.items():
        path = Path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def careless() -> None:
    """Never flush the database: the control of the torture."""
    from courseporter.store import open_sqlite

    configure = open_sqlite._configure

    def configured(raw, clock, **words):
        configure(raw, clock, **words)
        raw.execute("PRAGMA synchronous=OFF")

    open_sqlite._configure = configured


if __name__ == "__main__":
    from torture.toil import Task, convert

    if "careless" in sys.argv:
        careless()
    convert(Task(*map(Path, sys.argv[1:4])))
