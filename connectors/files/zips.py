"""What a zip holds, looked at before anything in it is unpacked: sizes, counts and names are not to be trusted."""

from __future__ import annotations

import struct
import zipfile
from pathlib import Path, PurePosixPath

from connectors.files.member import reading
from interactions.errors import SourceUnreadable

#: The biggest Takeout parts have some ten thousand entries; the directory is read into memory.
ENTRIES_MAX = 200_000
_DIRECTORY_MAX = 32 * 1024 * 1024
#: Unpacked bytes of what is read. Mail of a lifetime stays below it.
UNPACKED_MAX = 1 << 40
#: Text packs to a tenth, a bomb to a thousandth (DEFLATE's limit is 1:1032).
RATIO_MAX = 250
_RATIO_FROM = 64 * 1024 * 1024
#: APPNOTE.TXT §4.3.16: the record at the end, and the longest comment behind it.
_END = b"PK\x05\x06"
_END_REACH = 22 + 65_535
_END64 = b"PK\x06\x06"
_SYMLINK = 0o120000
_FILE_TYPE = 0o170000
_ENCRYPTED = 0x1


def entries(path: Path) -> list[zipfile.ZipInfo]:
    """The plain files of a zip whose names stay inside it, sorted by name. Raises SourceUnreadable."""
    name = path.name
    _check_directory(path)
    try:
        with reading(name), zipfile.ZipFile(path) as packed:
            found = packed.infolist()
    except SourceUnreadable as error:
        if isinstance(error.__cause__, zipfile.BadZipFile):
            raise _half(name) from error
        raise
    if any(entry.header_offset < 0 for entry in found):
        # The list is whole, the files before it are not.
        raise _half(name)
    return sorted((entry for entry in found if _plain(entry)), key=lambda entry: entry.filename)


def check(path: Path, wanted: list[zipfile.ZipInfo]) -> None:
    """Refuse what would unpack to more than it can be, or needs a password. Raises SourceUnreadable."""
    if any(entry.flag_bits & _ENCRYPTED for entry in wanted):
        raise SourceUnreadable(f"{path.name} is protected with a password. Unpack it yourself and import the folder.")
    if any(entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for entry in wanted):
        raise SourceUnreadable(f"{path.name} is packed in a way Kith does not read. Unpack it and import the folder.")
    total = sum(entry.file_size for entry in wanted)
    if total > UNPACKED_MAX or (total > _RATIO_FROM and total > RATIO_MAX * path.stat().st_size):
        raise SourceUnreadable(
            f"{path.name} would unpack to {total // 1_000_000:,} MB, far more than an archive of its size holds. "
            "If you trust it, unpack it yourself and import the folder."
        )


def _plain(entry: zipfile.ZipInfo) -> bool:
    if entry.is_dir() or (entry.external_attr >> 16) & _FILE_TYPE == _SYMLINK:
        return False
    parts = PurePosixPath(entry.filename).parts
    return bool(parts) and ".." not in parts and not entry.filename.startswith(("/", "\\")) and ":" not in parts[0]


def _check_directory(path: Path) -> None:
    """Read how big the list of entries is before `zipfile` reads the list."""
    with reading(path.name), path.open("rb") as file:
        size = file.seek(0, 2)
        start = max(size - _END_REACH, 0)
        file.seek(start)
        tail = file.read()
        at = tail.rfind(_END)
        if at < 0 or len(tail) - at < 22:
            raise _half(path.name)
        count, directory = struct.unpack("<HI", tail[at + 10 : at + 16])
        at64 = tail.rfind(_END64, 0, at)
        if (count == 0xFFFF or directory == 0xFFFFFFFF) and at64 >= 0 and at - at64 >= 56:
            count, directory = struct.unpack("<QQ", tail[at64 + 32 : at64 + 48])
    if count > ENTRIES_MAX or directory > _DIRECTORY_MAX:
        raise SourceUnreadable(
            f"{path.name} lists {count:,} files, more than Kith opens in one zip. Unpack it and import the folder."
        )


def _half(name: str) -> SourceUnreadable:
    return SourceUnreadable(f"{name} is cut off or damaged. Download it again.")
