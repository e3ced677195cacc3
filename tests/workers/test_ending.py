"""A wish to stop is heard whatever the main thread does (docs.python.org/3/library/signal.html)."""

from __future__ import annotations

import signal
import subprocess
import sys

import pytest

from tests.kith.commandline import ROOT

#: A main thread that has just begun to wait, as a signal sees it: no handler in Python gets to run.
WAITING = """
import signal, threading
from workers.ending import ENDS, on_signal
stopping = threading.Event()
on_signal(stopping)
signal.pthread_sigmask(signal.SIG_BLOCK, ENDS)
print("waiting", flush=True)
stopping.wait()
print("heard", flush=True)
"""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_is_heard_although_the_main_thread_only_waits(number: signal.Signals) -> None:
    with subprocess.Popen([sys.executable, "-c", WAITING], cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "waiting\n"
            process.send_signal(number)
            said, _ = process.communicate(timeout=10)
        finally:
            process.kill()
    assert (process.returncode, said) == (0, "heard\n")
