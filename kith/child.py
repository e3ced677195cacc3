"""A child process that ends with its parent, in a session of its own, with its output in a capped log file."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

#: A log file is set aside as `.1` when it is larger, in bytes; so each process keeps at most about twice this.
LOG_MAX = 5_000_000

# prctl(2) PR_SET_PDEATHSIG is 1. The signal survives execve; it is set in a tiny program of its own because running
# Python between fork and exec is unsafe beside threads. A parent that died before the call is seen by getppid.
_DIE_WITH_PARENT = """
import ctypes, os, sys
ctypes.CDLL(None).prctl(1, int(sys.argv[2]))
if os.getppid() != int(sys.argv[1]): sys.exit("the parent is gone")
os.execvp(sys.argv[3], sys.argv[3:])
"""


def start(
    command: Sequence[str],
    log: Path,
    *,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    pass_fds: Sequence[int] = (),
    farewell: int = signal.SIGKILL,
) -> subprocess.Popen[bytes]:
    """Start `command`; on Linux it gets `farewell` when the *thread* that called this ends.

    Its own session keeps a terminal's Ctrl-C from it: the order of stopping is the parent's. Raises OSError.
    """
    rotate(log)
    handle = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        return subprocess.Popen(
            _bound_to_us(command, farewell),
            stdin=subprocess.DEVNULL,
            stdout=handle,
            stderr=handle,
            env=env,
            cwd=cwd,
            pass_fds=pass_fds,
            start_new_session=True,
            umask=0o077,
        )
    finally:
        os.close(handle)


def rotate(log: Path, largest: int = LOG_MAX) -> bool:
    """Set a log aside when it is over `largest` bytes: copied and emptied, since its writer holds it open (append)."""
    try:
        if log.stat().st_size <= largest:
            return False
    except FileNotFoundError:
        return False
    # Without room for the copy the lines go: a full disk is no reason to keep it full.
    with contextlib.suppress(OSError):
        shutil.copy(log, log.with_name(log.name + ".1"))
    os.truncate(log, 0)
    return True


def send(process: subprocess.Popen[bytes], number: int) -> None:
    """Signal `process`; SIGKILL goes to all of its session, so that nothing it started stays behind."""
    with contextlib.suppress(ProcessLookupError):
        if number == signal.SIGKILL:
            os.killpg(process.pid, number)
        else:
            process.send_signal(number)


def _bound_to_us(command: Sequence[str], farewell: int) -> list[str]:
    if sys.platform != "linux":
        return list(command)
    return [sys.executable, "-I", "-S", "-c", _DIE_WITH_PARENT, str(os.getpid()), str(int(farewell)), *command]
