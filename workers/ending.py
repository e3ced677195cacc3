"""The signals that end a process, heard by a thread of their own."""

from __future__ import annotations

import os
import signal
import threading

ENDS = (signal.SIGTERM, signal.SIGINT)


def on_signal(stopping: threading.Event) -> None:
    """From now on SIGTERM and SIGINT set `stopping`; only in the main thread, once a process.

    A handler in Python runs when the main thread next runs code. One that has just begun to wait may not, and setting
    an event that the interrupted code is about to wait for takes a lock twice; what writes to a pipe as the signal
    arrives is C (docs.python.org/3/library/signal.html#signal.set_wakeup_fd), and a thread reads it.
    """
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
    for number in ENDS:
        signal.signal(number, _heard)
    threading.Thread(target=_wait, args=(reading, stopping), name="signals", daemon=True).start()


def _heard(*_: object) -> None:
    """Nothing: that there is a handler is what makes the number be written."""


def _wait(reading: int, stopping: threading.Event) -> None:
    while not set(ENDS).intersection(os.read(reading, 64)):
        continue  # Some other signal that has a handler.
    stopping.set()
