"""What a path holds: an mbox, a Maildir, a calendar, contacts, a folder or zip with any of these, a Google Takeout."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from zipfile import ZipInfo

from msgspec import Struct

from connectors.files.maildir_folder import MaildirFolder, is_maildir
from connectors.files.member import DiskFile, Member, ZipEntry, container_of, reading, storable
from connectors.files.zips import check, entries
from interactions.errors import SourceUnreadable, UsageProblem
from interactions.items import Container

#: In the order they should be read: small and telling first.
STREAMS = ("file.vcf", "file.ics", "file.mbox", "file.maildir")
_BY_SUFFIX = {
    ".mbox": "file.mbox", ".mbx": "file.mbox", ".ics": "file.ics", ".ical": "file.ics", ".icalendar": "file.ics",
    ".vcs": "file.ics", ".vcf": "file.vcf", ".vcard": "file.vcf",
}  # fmt: skip
_GZIP = b"\x1f\x8b"
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_SNIFFED = 512
_BEGIN = re.compile(rb"BEGIN[ \t]*:[ \t]*(VCALENDAR|VEVENT|VTODO|VTIMEZONE|VCARD)", re.I)
_TAKEOUT_MAIL = re.compile(rb"From \d{10,20}@xxx\b")
_WHAT = "a mailbox (mbox, Maildir), a calendar (.ics) or contacts (.vcf)"


class Archive(Struct, frozen=True):
    """What `survey` found."""

    path: Path
    #: mbox, maildir, ics, vcf: one file or Maildir; folder, zip, takeout, takeout-zip: several.
    kind: str
    #: By stream name; every stream has at least one member.
    members: dict[str, tuple[Member, ...]]

    @property
    def streams(self) -> tuple[str, ...]:
        """The streams there are, in the order they should be read."""
        return tuple(self.members)

    def containers(self, stream: str) -> tuple[Container, ...]:
        """The containers of one stream, sorted by id."""
        return tuple(container_of(member) for member in self.members.get(stream, ()))


def survey(path: Path) -> Archive:
    """Look what is at `path` without reading it through. Raises UsageProblem or SourceUnreadable, in one sentence."""
    path = Path(path)
    try:
        found = path.stat()
    except PermissionError as error:
        raise SourceUnreadable(
            f"{path} may not be read by this user. Give yourself read access and try again."
        ) from error
    except (OSError, ValueError) as error:
        raise UsageProblem(f"There is nothing at {path}. Check the spelling of the path.") from error
    if path.is_dir():
        return _folder(path)
    if not path.is_file():
        raise UsageProblem(f"{path} is neither a file nor a folder. Choose {_WHAT}, or a Google Takeout.")
    head = _head(path, path.name)
    if head.startswith(_ZIP) or path.suffix.lower() == ".zip":
        return _zip(path)
    if head.startswith(_GZIP):
        raise SourceUnreadable(
            f"{path.name} is packed with gzip. Unpack it (tar xf, gunzip) and import what comes out."
        )
    stream = _BY_SUFFIX.get(path.suffix.lower()) or _sniff(head)
    if stream is None:
        raise SourceUnreadable(f"{path.name} is not {_WHAT}, nor a Google Takeout. Choose another file.")
    member = DiskFile(storable(path.name), path, found.st_size)
    return Archive(path, stream.removeprefix("file."), {stream: (member,)})


def _head(path: Path, name: str) -> bytes:
    with reading(name), path.open("rb", buffering=0) as file:
        return file.read(_SNIFFED) or b""


def _sniff(head: bytes) -> str | None:
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = head.decode("utf-16", "replace").encode("utf-8", "replace").lstrip(b"\xef\xbb\xbf \r\n")
    if text.startswith(b"From "):
        return "file.mbox"
    found = _BEGIN.match(text)
    if found is None:
        return None
    return "file.vcf" if found[1].upper() == b"VCARD" else "file.ics"


def _folder(path: Path) -> Archive:
    with reading(path.name or str(path)):
        os.listdir(path)
    found: list[tuple[str, Member]] = list(_walk(path))
    members = _sorted(found)
    if not members:
        raise SourceUnreadable(f"{path} holds no mailbox (mbox, Maildir), calendar (.ics) or contacts (.vcf).")
    if list(members) == ["file.maildir"] and is_maildir(path):
        return Archive(path, "maildir", members)
    return Archive(path, "takeout" if _is_takeout_folder(path, members) else "folder", members)


def _walk(root: Path) -> Iterator[tuple[str, Member]]:
    """Every member below `root`; symbolic links and folders that may not be listed are passed over."""
    for folder, subfolders, names in os.walk(root):
        here = Path(folder)
        relative = here.relative_to(root)
        if is_maildir(here):
            yield "file.maildir", MaildirFolder(storable(relative), here)
            subfolders[:] = [name for name in subfolders if name not in ("cur", "new", "tmp")]
        for name in names:
            path = here / name
            stream = _stream_of(path)
            if stream is not None:
                yield stream, DiskFile(storable(relative / name), path, path.stat().st_size)


def _stream_of(path: Path) -> str | None:
    if path.is_symlink() or not path.is_file():
        return None
    suffix = path.suffix.lower()
    if suffix:
        return _BY_SUFFIX.get(suffix)
    # Thunderbird and Apple Mail write mailboxes without a suffix.
    try:
        return _sniff(_head(path, path.name))
    except SourceUnreadable:
        return None


def _is_takeout_folder(path: Path, members: dict[str, tuple[Member, ...]]) -> bool:
    if path.name == "Takeout" or (path / "Takeout").is_dir() or (path / "archive_browser.html").is_file():
        return True
    first = next((member for member in members.get("file.mbox", ()) if isinstance(member, DiskFile)), None)
    return first is not None and _TAKEOUT_MAIL.match(_head(first.path, first.id)) is not None


def _zip(path: Path) -> Archive:
    all_entries = entries(path)
    wanted = [(stream, entry) for entry in all_entries if (stream := _stream_of_entry(entry)) is not None]
    check(path, [entry for _, entry in wanted])
    members = _sorted(
        [(s, ZipEntry(storable(e.filename), path, e.filename, e.file_size, e.CRC)) for s, e in wanted],
    )
    if not members:
        raise SourceUnreadable(
            f"{path.name} holds no mailbox (.mbox), calendar (.ics) or contacts (.vcf); zips inside a zip stay shut. "
            "In Google Takeout choose Mail, Calendar and Contacts."
        )
    takeout = any(entry.filename.startswith("Takeout/") for entry in all_entries)
    return Archive(path, "takeout-zip" if takeout else "zip", members)


def _stream_of_entry(entry: ZipInfo) -> str | None:
    name = PurePosixPath(entry.filename)
    # macOS packs a shadow of every file.
    return None if "__MACOSX" in name.parts else _BY_SUFFIX.get(name.suffix.lower())


def _sorted(found: list[tuple[str, Member]]) -> dict[str, tuple[Member, ...]]:
    by_stream = {
        stream: tuple(sorted((member for name, member in found if name == stream), key=lambda member: member.id))
        for stream in STREAMS
    }
    return {stream: members for stream, members in by_stream.items() if members}
