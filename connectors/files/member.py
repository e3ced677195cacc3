"""One readable file of an archive: on disk, or packed in a zip; and how its errors are said."""

from __future__ import annotations

import os
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Protocol, cast

from msgspec import Struct

from interactions.errors import SourceUnreadable
from interactions.items import Container


class Member(Protocol):
    """One file (or one Maildir folder) that becomes one container."""

    @property
    def id(self) -> str:
        """Path relative to the archive's root, with "/", as text that can be stored."""

    @property
    def size(self) -> int:
        """Bytes, unpacked."""

    def fingerprint(self) -> str:
        """Changes when the content may have; raises SourceUnreadable when the member is gone."""

    def open(self) -> BinaryIO:
        """Its bytes from the start; `seek` goes forward at least. Raises SourceUnreadable."""


class DiskFile(Struct, frozen=True):
    """A file on disk."""

    id: str
    path: Path
    size: int = 0

    def fingerprint(self) -> str:
        """Size and time of the last change."""
        with reading(self.id):
            found = self.path.stat()
        return f"{found.st_size}.{found.st_mtime_ns}"

    def open(self) -> BinaryIO:
        """The file, unbuffered: its readers take megabytes at once."""
        with reading(self.id):
            return cast(BinaryIO, self.path.open("rb", buffering=0))


class ZipEntry(Struct, frozen=True):
    """A file packed in a zip, read through without being unpacked to disk."""

    id: str
    archive: Path
    #: The entry's name as the zip spells it.
    name: str
    size: int
    crc: int

    def fingerprint(self) -> str:
        """Unpacked size and checksum: the same archive downloaded again is the same content."""
        return f"{self.size}.{self.crc:08x}"

    def open(self) -> BinaryIO:
        """The unpacked bytes; seeking forward unpacks what lies between."""
        with reading(self.id), zipfile.ZipFile(self.archive) as packed:
            return cast(BinaryIO, packed.open(self.name))


@contextmanager
def reading(name: str) -> Iterator[None]:
    """Say in one sentence why `name` cannot be read, whatever the library raised."""
    try:
        yield
    except FileNotFoundError as error:
        raise SourceUnreadable(f"{name} is no longer there. Put it back, or import the archive again.") from error
    except PermissionError as error:
        raise SourceUnreadable(
            f"{name} may not be read by this user. Give yourself read access and try again."
        ) from error
    except (zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise SourceUnreadable(f"{name} is damaged inside its zip. Download the archive again.") from error
    except (RuntimeError, NotImplementedError, KeyError) as error:
        raise SourceUnreadable(
            f"{name} cannot be unpacked here. Unpack the zip yourself and import the folder."
        ) from error
    except OSError as error:
        raise SourceUnreadable(f"{name} cannot be read: {os.strerror(error.errno or 5)}.") from error


def storable(name: str | os.PathLike[str]) -> str:
    """A file name as text every database takes: bytes that are not UTF-8 and control characters are spelt out."""
    text = os.fsencode(name).decode("utf-8", "backslashreplace")
    return "".join(c if c.isprintable() else f"\\x{ord(c):02x}" for c in text)


def container_of(member: Member) -> Container:
    """The container a member becomes."""
    return Container(id=member.id, name=member.id, total=member.size)
