"""The four streams of files, and Takeouts as folder and zip, held to the contract of connectors."""

from __future__ import annotations

import os
import zipfile
from pathlib import Path

from tests.connectors import samples
from tests.connectors.contract import FileContract


class TestMbox(FileContract):
    stream = "file.mbox"

    def make(self, folder: Path, broken: bool = False) -> Path:
        path = folder / "mail.mbox"
        text = samples.mbox(self.many)
        if broken:
            text = text.replace(samples.headers(600), "x" * 300_000 + "\n")
        path.write_bytes(text.encode())
        return path


class TestMboxWithWindowsLines(TestMbox):
    def make(self, folder: Path, broken: bool = False) -> Path:
        path = super().make(folder, broken)
        path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
        return path


class TestMaildir(FileContract):
    stream = "file.maildir"

    def make(self, folder: Path, broken: bool = False) -> Path:
        mails = [f"{samples.headers(n)}\ntext\n" for n in range(self.many)]
        if broken:
            mails[600] = "x" * 300_000
        return samples.maildir(folder / "Mail", mails)

    def touch(self, path: Path) -> None:
        name = next(file for file in sorted((path / "cur").iterdir()))
        name.write_bytes(name.read_bytes() + b"more\n")


class TestIcs(FileContract):
    stream = "file.ics"

    def make(self, folder: Path, broken: bool = False) -> Path:
        path = folder / "garden.ics"
        text = samples.calendar(self.many)
        if broken:
            text = text.replace("UID:e600@example.org\r\nDTSTART", "UID:e600@example.org\r\nX")
        path.write_bytes(text.encode())
        return path


class TestVcf(FileContract):
    stream = "file.vcf"
    many = 1_101

    def make(self, folder: Path, broken: bool = False) -> Path:
        path = folder / "people.vcf"
        text = samples.cards(self.many)
        if broken:
            text = text.replace("FN:Person 600\r\nEMAIL;TYPE=HOME", "X-FN:Person 600\r\nX-EMAIL")
        path.write_bytes(text.encode())
        return path


class _Takeout(FileContract):
    """A Takeout with many items of one kind."""

    def files(self, broken: bool) -> dict[str, str]:
        files = samples.takeout(mails=self.many, events=self.many, people=20)
        if broken:
            mail, calendar = (
                "Takeout/Mail/All mail Including Spam and Trash.mbox",
                "Takeout/Calendar/owner@example.org.ics",
            )
            block = samples.headers(600).replace("\n", "\r\n")
            files[mail] = files[mail].replace(block, "x" * 300_000 + "\r\n")
            files[calendar] = files[calendar].replace("UID:e600@example.org\r\nDTSTART", "UID:e600@example.org\r\nX")
        return files


class _TakeoutFolder(_Takeout):
    def make(self, folder: Path, broken: bool = False) -> Path:
        return samples.write(folder / "export", self.files(broken))

    def touch(self, path: Path) -> None:
        for file in path.rglob("*.*"):
            os.utime(file, ns=(1, 1))


class _TakeoutZip(_Takeout):
    def make(self, folder: Path, broken: bool = False) -> Path:
        return samples.pack(folder / "takeout.zip", self.files(broken))

    def touch(self, path: Path) -> None:
        # The ids that were there come again, in their order; what was added is seen elsewhere.
        with zipfile.ZipFile(path) as packed:
            files = {name: packed.read(name).decode() for name in packed.namelist()}
        for name, text in files.items():
            files[name] = text + "\r\n"
        samples.pack(path, files)


class TestMailOfATakeoutFolder(_TakeoutFolder):
    stream = "file.mbox"


class TestCalendarsOfATakeoutFolder(_TakeoutFolder):
    stream = "file.ics"


class TestMailOfATakeoutZip(_TakeoutZip):
    stream = "file.mbox"


class TestCalendarsOfATakeoutZip(_TakeoutZip):
    stream = "file.ics"
