"""Runs in a process of its own: reads one vCard after the other with vobject, and dies rather than take long.

Each request is four bytes of length and a vCard 3.0 text; each answer four bytes of length and JSON:
`{"lines": [[name, types, value], …]}` or `{"problem": name of the error}`.
"""

from __future__ import annotations

import json
import resource
import signal
import sys
from typing import Any, BinaryIO

#: One second more than the parent waits.
_SECONDS = 3
_MEMORY = 512 * 1024 * 1024


def main() -> None:
    """Answer requests until standard input ends."""
    for limit, value in ((resource.RLIMIT_AS, _MEMORY), (resource.RLIMIT_CORE, 0)):
        try:
            resource.setrlimit(limit, (value, value))
        except (ValueError, OSError):
            # macOS refuses RLIMIT_AS; the time limit still holds.
            continue
    # The default action of SIGALRM ends the process even while a regular expression is at work.
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    while (text := _request(sys.stdin.buffer)) is not None:
        signal.alarm(_SECONDS)
        answer = json.dumps(_read(text)).encode()
        signal.alarm(0)
        sys.stdout.buffer.write(len(answer).to_bytes(4, "big") + answer)
        sys.stdout.buffer.flush()


def _request(stream: BinaryIO) -> str | None:
    head = stream.read(4)
    return stream.read(int.from_bytes(head, "big")).decode() if len(head) == 4 else None


def _read(text: str) -> dict[str, Any]:
    from vobject.base import ParseError, readOne

    try:
        card = readOne(text)
        return {"lines": [_line(child) for child in card.getChildren() if child.name != "VERSION"]}
    except (
        ParseError,
        ValueError,
        TypeError,
        KeyError,
        IndexError,
        AttributeError,
        RecursionError,
        MemoryError,
    ) as error:
        return {"problem": type(error).__name__}


def _line(child: Any) -> list[Any]:
    value = child.value
    if child.name == "N":
        value = [value.family, value.given, value.additional, value.prefix, value.suffix]
    return [child.name.lower(), list(child.params.get("TYPE", [])), value]


if __name__ == "__main__":
    main()
