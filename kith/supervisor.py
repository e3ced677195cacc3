"""`kith up`: starts the broker and the background processes, starts again what dies, stops all of it together."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import FrameType

import kith
from interactions.errors import KithError
from interactions.machine import refused
from interactions.settings import Settings
from kith import child
from kith.datafolder import DataFolder, private
from kith.embedded import Broker, Stopped

_MALLOC = {"MALLOC_ARENA_MAX": "2", "MALLOC_MMAP_THRESHOLD_": "262144", "MALLOC_TRIM_THRESHOLD_": "1048576"}
#: Time from the first signal until what still runs is killed, in seconds; the broker's share comes after.
STOP_SECONDS = 6.0
BROKER_STOP_SECONDS = 3.0
#: How often everything is looked at, in seconds.
LOOK_SECONDS = 0.1
#: How often log files are measured, in seconds.
ROTATE_SECONDS = 5.0
#: Wait before a restart, in seconds: doubled each time up to the cap, short again after a life of STEADY_SECONDS.
FIRST_WAIT = 0.25
LONGEST_WAIT = 10.0
STEADY_SECONDS = 60.0


def standard(settings: Settings) -> dict[str, Sequence[str]]:
    """What runs beside the broker, by the name of its log: pull, classify, classify-2, …, schedule."""
    names = ["classify", *(f"classify-{number}" for number in range(2, settings.classify_processes + 1))]
    roles = {"pull": "pull", **dict.fromkeys(names, "classify"), "schedule": "schedule"}
    return {name: (sys.executable, "-m", "workers", role) for name, role in roles.items()}


def service_running(settings: Settings) -> bool:
    """Whether a supervisor holds the data folder of `settings` now."""
    return DataFolder(settings.data_dir).is_held()


class Process:
    """One background process that should always run."""

    def __init__(self, name: str, command: Sequence[str], log: Path, env: Mapping[str, str]) -> None:
        self.name = name
        self.log = log
        self.restarts = 0
        self._command = command
        self._env = env
        self._running: subprocess.Popen[bytes] | None = None
        self._wait = FIRST_WAIT
        self._due = self._started = 0.0

    @property
    def pid(self) -> int | None:
        """Its process id, None while it does not run."""
        return self._running.pid if self._running and self._running.poll() is None else None

    def start(self) -> None:
        """Start it. Raises OSError when its program cannot be run."""
        # The folder our packages lie in: `-m` looks there first, never in the folder of whoever typed the command.
        home = Path(kith.__file__).parent.parent
        self._running = child.start(self._command, self.log, env=self._env, cwd=home)
        self._started = time.monotonic()

    def look(self, now: float) -> str:
        """Start it again when it has ended and its wait is over; returns what there is to say, or ""."""
        if self._running is None:
            return "" if now < self._due else self._start_again(now)
        code = self._running.poll()
        if code is None:
            return ""
        if now - self._started > STEADY_SECONDS:
            self._wait = FIRST_WAIT
        self._running = None
        return f"{self.name} ended ({_ending(code)}) and is started again in {self._later(now):g} s; see {self.log}"

    def _start_again(self, now: float) -> str:
        self.restarts += 1
        try:
            self.start()
        except OSError as error:
            return f"{self.name} cannot be started ({error.strerror}); next try in {self._later(now):g} s"
        return ""

    def _later(self, now: float) -> float:
        wait, self._wait = self._wait, min(self._wait * 2, LONGEST_WAIT)
        self._due = now + wait
        return wait

    def send(self, number: int) -> None:
        """Signal it if it runs."""
        if self.pid is not None and self._running is not None:
            child.send(self._running, number)

    def forget(self) -> None:
        """Collect what has ended."""
        if self._running is not None:
            self._running.wait()
            self._running = None


class Supervisor:
    """Holds the data folder, the broker and the processes of `commands`, or the standard ones, while it runs."""

    def __init__(self, settings: Settings, commands: Mapping[str, Sequence[str]] | None = None) -> None:
        self.folder = DataFolder(settings.data_dir)
        self.broker = Broker(settings, self._stopping)
        self.processes: list[Process] = []
        self._settings = settings
        self._commands = standard(settings) if commands is None else commands
        self._over = False
        self._signals: list[int] = []
        self._broker_restarts = 0
        self._broker_due = 0.0
        self._rotated = 0.0

    def run(self) -> int:
        """Run until SIGTERM, SIGINT or SIGHUP; only in the main thread.

        Returns 0, or 128 + the signal when a second one made it kill everything at once. Raises AlreadyRunning, and
        KithError when the folder or the broker cannot be used.
        """
        numbers = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
        before = {number: signal.signal(number, self._on_signal) for number in numbers}
        try:
            self._live(threading.Event())
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
        return 128 + self._signals[1] if len(self._signals) > 1 else 0

    @contextmanager
    def running(self) -> Iterator[Supervisor]:
        """Run beside the block's code: everything is started when the block begins and stopped when it ends.

        Raises what `run` raises, at the beginning, or at the end when the broker could not be kept.
        """
        ready = threading.Event()
        failures: list[BaseException] = []

        def live() -> None:
            try:
                self._live(ready)
            except BaseException as error:  # handed to the thread that waits
                failures.append(error)
            finally:
                ready.set()

        # One thread starts all children and outlives them: they are bound to the thread that started them.
        thread = threading.Thread(target=live, name="kith-supervisor")
        thread.start()
        try:
            ready.wait()
            if not failures:
                yield self
        finally:
            self._over = True
            thread.join()
        if failures:
            raise failures[0]

    def _on_signal(self, number: int, _frame: FrameType | None) -> None:
        # Nothing but this: a handler that takes a lock can wait for the very thread it interrupted.
        self._signals.append(number)

    def _stopping(self) -> bool:
        return self._over or bool(self._signals)

    def _live(self, ready: threading.Event) -> None:
        with ExitStack() as stack:
            stack.enter_context(self.folder.prepare().held())
            stack.callback(self._stop_all)
            try:
                self.broker.start()
                self._make_processes()
                for process in self.processes:
                    process.start()
                ready.set()
                while not self._stopping():
                    time.sleep(LOOK_SECONDS)
                    self._look()
            except Stopped:
                return
            except OSError as error:
                what = refused(error.filename or self.folder.path, error)
                raise KithError(f"The background processes cannot be started: {what}") from error

    def _make_processes(self) -> None:
        ours = self._settings.environ()
        inherited = {name: value for name, value in os.environ.items() if name not in ("KITH_CONFIG", *_names())}
        env = {**inherited, **ours, "KITH_BROKER_URL": self.broker.url, "PYTHONUNBUFFERED": "1"}
        # glibc gives every thread a heap of its own and keeps large freed blocks: a long import would look as if it
        # grew. These are its settings, mallopt(3); other C libraries do not read them.
        for name, value in _MALLOC.items():
            env.setdefault(name, value)
        env.pop("KITH_BROKER_URL_FILE", None)
        logs = self.folder.logs
        self.processes = [Process(name, words, logs / f"{name}.log", env) for name, words in self._commands.items()]

    def _look(self) -> None:
        now = time.monotonic()
        self._look_at_broker(now)
        for process in self.processes:
            said = process.look(now)
            if said:
                self._say(said)
        if now - self._rotated > ROTATE_SECONDS:
            self._rotated = now
            for log in self.folder.logs.glob("*.log"):
                child.rotate(log)

    def _look_at_broker(self, now: float) -> None:
        if now >= self._broker_due and not self.broker.alive() and self.broker.embedded:
            try:
                self.broker.restart()
            except Stopped:
                raise
            except KithError as error:
                self._broker_due = now + LONGEST_WAIT
                self._say(f"the broker ended and cannot be started again: {error}")
        if self.broker.restarts != self._broker_restarts:
            # A worker that lived through it keeps messages for delivery that no broker knows of.
            self._broker_restarts = self.broker.restarts
            self._say("the broker was started again, and so are the workers")
            self._stop_processes()
            for process in self.processes:
                process.restarts += 1
                process.start()

    def _stop_all(self) -> None:
        self._stop_processes()
        self.broker.stop(0 if len(self._signals) > 1 else BROKER_STOP_SECONDS)

    def _stop_processes(self) -> None:
        """Ask all to end; kill what is left after STOP_SECONDS, or at once on a second signal."""
        until = time.monotonic() + STOP_SECONDS
        for process in self.processes:
            process.send(signal.SIGTERM)
        while any(process.pid for process in self.processes):
            if time.monotonic() > until or len(self._signals) > 1:
                for process in self.processes:
                    process.send(signal.SIGKILL)
                break
            time.sleep(0.02)
        for process in self.processes:
            process.forget()

    def _say(self, what: str) -> None:
        """One line to the terminal or the service's journal, and to the log."""
        line = f"{time.strftime('%Y-%m-%dT%H:%M:%S%z')} kith: {what}\n"
        # A closed terminal or a full disk must not end what watches over the rest.
        with contextlib.suppress(OSError, ValueError):
            sys.stderr.write(line)
        with contextlib.suppress(OSError), open(self.folder.logs / "kith.log", "a", opener=private) as file:
            file.write(line)


def _names() -> list[str]:
    return ["KITH_" + name.upper() for name in Settings.model_fields]


def _ending(code: int) -> str:
    if code >= 0:
        return f"exit {code}"
    try:
        return signal.Signals(-code).name
    except ValueError:
        return f"signal {-code}"
