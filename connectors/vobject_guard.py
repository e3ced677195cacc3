"""vobject behind a wall: a child process of its own with limits of time and memory, started anew when it falls."""

from __future__ import annotations

import atexit
import json
import os
import select
import subprocess
import sys
from functools import lru_cache
from pathlib import Path
from threading import Lock
from time import monotonic
from typing import Any

#: Its regular expressions can take time exponential in the length of a line.
LIMIT_SECONDS = 2.0
_ANSWER_MAX = 8 * 1024 * 1024
_CHILD = Path(__file__).with_name("vobject_child.py")


class CardRefused(ValueError):
    """vobject did not read the card; `str()` says why in one sentence."""


class VobjectGuard:
    """One child process, used by one thread at a time."""

    def __init__(self, child: Path = _CHILD, limit_seconds: float = LIMIT_SECONDS) -> None:
        self._path = child
        self._limit = limit_seconds
        self._lock = Lock()
        self._child: subprocess.Popen[bytes] | None = None
        self._owner = 0

    def read(self, text: str) -> list[list[Any]]:
        """The lines of one vCard 3.0: name, types, value (five components for N). Raises CardRefused."""
        with self._lock:
            try:
                answer = json.loads(self._ask(text.encode("utf-8", "replace")))
            except (TimeoutError, OSError, ValueError) as error:
                self._end()
                slow = isinstance(error, TimeoutError)
                reason = "Reading it took longer than 2 seconds." if slow else "The card reader gave up on it."
                raise CardRefused(reason) from error
        if "lines" not in answer:
            raise CardRefused("It breaks the rules of vCard.")
        lines: list[list[Any]] = answer["lines"]
        return lines

    def close(self) -> None:
        """End the child process, if there is one."""
        with self._lock:
            self._end()

    def _ask(self, request: bytes) -> bytes:
        child = self._running()
        assert child.stdin is not None
        child.stdin.write(len(request).to_bytes(4, "big") + request)
        child.stdin.flush()
        deadline = monotonic() + self._limit
        size = int.from_bytes(self._receive(child, 4, deadline), "big")
        if size > _ANSWER_MAX:
            raise ValueError("answer too long")
        return self._receive(child, size, deadline)

    def _receive(self, child: subprocess.Popen[bytes], count: int, deadline: float) -> bytes:
        assert child.stdout is not None
        received = b""
        while len(received) < count:
            left = deadline - monotonic()
            if left <= 0 or not select.select([child.stdout], [], [], left)[0]:
                raise TimeoutError
            piece = os.read(child.stdout.fileno(), count - len(received))
            if not piece:
                raise BrokenPipeError
            received += piece
        return received

    def _running(self) -> subprocess.Popen[bytes]:
        if self._child is not None and self._owner != os.getpid():
            # After a fork the pipes belong to the parent's conversation.
            self._child = None
        if self._child is None or self._child.poll() is not None:
            self._end()
            # -P keeps this folder off the child's path: its module names are not ours.
            command = [sys.executable, "-P", str(self._path)]
            self._child = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, close_fds=True
            )
            self._owner = os.getpid()
            self._wait_until_ready()
        return self._child

    def _wait_until_ready(self) -> None:
        """Let the child import its library before the clock runs for a card."""
        child = self._child
        assert child is not None
        assert child.stdin is not None
        probe = b"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:x\r\nEND:VCARD\r\n"
        child.stdin.write(len(probe).to_bytes(4, "big") + probe)
        child.stdin.flush()
        deadline = monotonic() + 30
        self._receive(child, int.from_bytes(self._receive(child, 4, deadline), "big"), deadline)

    def _end(self) -> None:
        child, self._child = self._child, None
        if child is None or self._owner != os.getpid():
            return
        child.kill()
        child.wait()
        for pipe in (child.stdin, child.stdout):
            if pipe is not None:
                try:
                    pipe.close()
                except OSError:
                    # A request that was not taken is still in the buffer.
                    continue


@lru_cache(maxsize=1)
def shared() -> VobjectGuard:
    """The one of this process; its child ends with it."""
    guard = VobjectGuard()
    atexit.register(guard.close)
    return guard
