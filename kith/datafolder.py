"""The data folder: where everything of one Kith lies, private to its owner and held by one service at a time."""

from __future__ import annotations

import errno
import fcntl
import hashlib
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from interactions.errors import AlreadyRunning, KithError
from interactions.machine import refused
from interactions.settings import default_data_dir

#: Longest path of a unix socket, in bytes with the closing NUL: sun_path of macOS; Linux has 108 (unix(7)).
SOCKET_PATH_MAX = 104
#: `service_running` holds the lock for an instant, so that a refused lock is tried again this long, in seconds.
LOCK_PATIENCE = 0.5
_OTHERS = 0o077


@dataclass(frozen=True)
class DataFolder:
    """Names of what lies in the folder `path`. Nothing exists before `prepare`."""

    path: Path

    @property
    def database(self) -> Path:
        """The SQLite file."""
        return self.path / "kith.db"

    @property
    def config(self) -> Path:
        """The settings file."""
        return self.path / "kith.toml"

    @property
    def key(self) -> Path:
        """The master key, made on first run."""
        return self.path / "secret.key"

    @property
    def logs(self) -> Path:
        """The folder of log files, one a process."""
        return self.path / "logs"

    @property
    def broker(self) -> Path:
        """What the embedded broker keeps: waiting messages, rebuilt from the database when lost."""
        return self.path / "broker"

    @property
    def lock_file(self) -> Path:
        """Locked while a service runs; holds its process id."""
        return self.path / "kith.lock"

    def prepare(self) -> DataFolder:
        """Make the folder and those in it, mode 0700. Raises KithError with one sentence when that cannot be."""
        if not self.path.parent.is_dir() and self.path != default_data_dir():
            raise KithError(f"{self.path.parent} is not there, so no data folder can be made in it. Make it first.")
        try:
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._close_to_others()
            _probe(self.path)
        except OSError as error:
            raise KithError(_unusable(self.path, error)) from error
        for folder in (self.logs, self.broker):
            try:
                folder.mkdir(mode=0o700, exist_ok=True)
                _probe(folder)
            except OSError as error:
                raise KithError(refused(folder, error)) from error
        return self

    def socket(self) -> Path:
        """Where the embedded broker listens: in the folder, or in a short private one where that path is too long."""
        here = self.broker / "broker.sock"
        if len(os.fsencode(here)) < SOCKET_PATH_MAX:
            return here
        name = hashlib.sha256(os.fsencode(self.path)).hexdigest()[:16] + ".sock"
        for parent in (os.environ.get("XDG_RUNTIME_DIR", ""), tempfile.gettempdir(), "/tmp"):
            place = Path(parent, f"kith-{os.getuid()}", name)
            if os.path.isabs(parent) and Path(parent).is_dir() and len(os.fsencode(place)) < SOCKET_PATH_MAX:
                _private(place.parent)
                return place
        raise KithError(f"The path {self.path} is too long for the broker's socket. Choose a shorter data folder.")

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold the folder for one service. Raises AlreadyRunning, naming the process that has it."""
        with self._lock_opened("a+") as file:
            if not _locked(file, patience=LOCK_PATIENCE):
                raise AlreadyRunning(
                    f"Kith already runs on {self.path}{_holder(file)}. Use that one, stop it first, "
                    "or choose another folder with KITH_DATA_DIR."
                )
            file.truncate(0)
            file.write(f"{os.getpid()}\n")
            file.flush()
            try:
                yield
            finally:
                file.truncate(0)

    def is_held(self) -> bool:
        """Whether a service runs on this folder now."""
        try:
            with self._lock_opened("r") as file:
                return not _locked(file, patience=0)
        except FileNotFoundError:
            return False

    def _lock_opened(self, mode: str) -> IO[str]:
        try:
            return open(self.lock_file, mode, opener=private)
        except FileNotFoundError:
            raise
        except OSError as error:
            raise KithError(refused(self.lock_file, error)) from error

    def _close_to_others(self) -> None:
        if not self.path.stat().st_mode & _OTHERS:
            return
        if not (self.lock_file.exists() or self.database.exists()) and any(self.path.iterdir()):
            raise KithError(
                f"{self.path} holds other files and is open to others. Choose an empty folder, "
                f"or run  chmod 700 '{self.path}'  first."
            )
        self.path.chmod(0o700)


def private(path: str, flags: int) -> int:
    """An `opener` for `open`: what it creates is the owner's alone."""
    return os.open(path, flags, 0o600)


def disk_is_full(error: BaseException | None) -> bool:
    """Whether `error`, or what caused it, says that there is no room left: the disk, the quota, SQLite's file."""
    while error is not None:
        if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
            return True
        # SQLITE_FULL (sqlite.org/rescode.html#full); also inside SQLAlchemy's wrapper, which repeats the text.
        if "database or disk is full" in str(error):
            return True
        error = error.__cause__ or error.__context__
    return False


def free_bytes(path: Path) -> int:
    """Room left for this user on the disk that holds `path`, in bytes."""
    return shutil.disk_usage(path).free


def _probe(folder: Path) -> None:
    with tempfile.TemporaryFile(dir=folder) as probe:
        probe.write(b"room")


def _locked(file: IO[str], *, patience: float) -> bool:
    until = time.monotonic() + patience
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= until:
                return False
            time.sleep(0.05)
        except OSError as error:
            raise KithError(
                f"The folder of {file.name} cannot be locked ({error.strerror}). Use a local disk."
            ) from error
        else:
            return True


def _holder(file: IO[str]) -> str:
    file.seek(0)
    pid = file.read(20).strip()
    return f" (process {pid})" if pid.isdigit() else ""


def _private(folder: Path) -> None:
    """Make `folder` ours alone; /tmp is shared, so one that somebody else made is refused."""
    folder.mkdir(mode=0o700, exist_ok=True)
    found = folder.lstat()
    if folder.is_symlink() or found.st_uid != os.getuid() or found.st_mode & _OTHERS:
        raise KithError(f"{folder} belongs to somebody else or is open to others. Remove it, then try again.")


def _unusable(path: Path, error: OSError) -> str:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return f"The disk that holds {path} is full. Make room, then try again; nothing was lost."
    if error.errno == errno.EROFS:
        return f"{path} is on a disk that cannot be written. Choose another folder with KITH_DATA_DIR."
    return f"{path} cannot be used as the data folder: {error.strerror}. Choose another with KITH_DATA_DIR."
