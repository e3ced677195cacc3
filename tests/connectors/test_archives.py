"""What a path holds, and the one sentence for every path that holds nothing to read."""

from __future__ import annotations

import os
import struct
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from connectors import CONNECTORS, open_stream
from connectors.files.archive import survey
from connectors.files.zips import ENTRIES_MAX
from connectors.google import oauth
from connectors.microsoft import entra
from interactions.errors import KithError, SourceUnreadable, UsageProblem
from tests.connectors import samples
from tests.connectors.contract import items_of, listing
from tests.connectors.limits import answers_in_time


def refusal(path: Path) -> str:
    """Why a path is refused: one or two sentences, the last of them the next step."""
    with answers_in_time(), pytest.raises(KithError) as caught:
        survey(path)
    assert str(caught.value).endswith(".")
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize(
    ("name", "text", "kind"),
    [
        ("a.mbox", samples.mbox(1), "mbox"),
        ("Inbox", samples.mbox(1), "mbox"),
        ("a.ics", samples.calendar(1), "ics"),
        ("a.bak", samples.calendar(1), "ics"),
        ("a.vcf", samples.cards(1), "vcf"),
        ("contacts", "\ufeff" + samples.cards(1), "vcf"),
        ("A.ICS", "", "ics"),
    ],
)
def test_a_file_is_known_by_its_name_or_by_how_it_begins(tmp_path: Path, name: str, text: str, kind: str) -> None:
    path = samples.write(tmp_path, {name: text}) / name
    archive = survey(path)
    assert (archive.kind, archive.streams) == (kind, (f"file.{kind}",))
    (container,) = archive.containers(f"file.{kind}")
    assert (container.id, container.total) == (name, len(text.encode()))


def test_a_takeout_is_the_same_as_folder_and_zip(tmp_path: Path) -> None:
    folder = survey(samples.write(tmp_path / "out", samples.takeout()))
    packed = survey(samples.pack(tmp_path / "takeout.zip", samples.takeout()))
    assert (folder.kind, packed.kind) == ("takeout", "takeout-zip")
    assert folder.streams == packed.streams == ("file.vcf", "file.ics", "file.mbox")
    for stream in folder.streams:
        assert folder.containers(stream) == packed.containers(stream)
        one, two = (items_of(listing(stream, archive.path)) for archive in (folder, packed))
        assert one == two != []


def test_a_takeout_in_another_language_is_known_by_what_is_in_it(tmp_path: Path) -> None:
    files = {
        "Takeout/E-Mail/Alle Nachrichten einschließlich Spam und Papierkorb.mbox": samples.takeout_mbox(2, "Gesendet"),
        "Takeout/Kalender/Chor.ics": samples.calendar(1),
        "Takeout/Kontakte/Alle Kontakte/Alle Kontakte.vcf": samples.cards(1),
    }
    for path in (samples.write(tmp_path / "x", files), samples.pack(tmp_path / "x.zip", files)):
        archive = survey(path)
        assert archive.kind.startswith("takeout")
        assert archive.streams == ("file.vcf", "file.ics", "file.mbox")
        assert [c.id for c in archive.containers("file.mbox")] == [next(iter(files))]


def test_the_same_contact_in_two_groups_of_a_takeout_has_one_id(tmp_path: Path) -> None:
    pages = listing("file.vcf", samples.write(tmp_path, samples.takeout(people=5)))
    assert len(pages) == 2
    assert len({item.id for item in items_of(pages)}) == 5


def test_a_folder_of_mailboxes_and_maildirs_has_a_container_for_each(tmp_path: Path) -> None:
    samples.write(
        tmp_path, {"a.mbox": samples.mbox(1), "sub/Sent": samples.mbox(1), "sub/x.msf": "x", "photo.jpg": "From "}
    )
    samples.maildir(tmp_path / "Mail", [samples.headers(0) + "\n"])
    samples.maildir(tmp_path / "Mail" / ".Sent", [samples.headers(1) + "\n"])
    archive = survey(tmp_path)
    assert (archive.kind, archive.streams) == ("folder", ("file.mbox", "file.maildir"))
    assert [c.id for c in archive.containers("file.mbox")] == ["a.mbox", "sub/Sent"]
    assert [c.id for c in archive.containers("file.maildir")] == ["Mail", "Mail/.Sent"]
    assert survey(tmp_path / "Mail").kind == "maildir"


def test_links_in_a_folder_are_not_followed(tmp_path: Path) -> None:
    outside = samples.write(tmp_path / "outside", {"b.mbox": samples.mbox(1)})
    inside = samples.write(tmp_path / "inside", {"a.mbox": samples.mbox(1)})
    (inside / "link.mbox").symlink_to(outside / "b.mbox")
    (inside / "loop").symlink_to(inside)
    (inside / "gone.ics").symlink_to(inside / "nothing")
    assert [c.id for c in survey(inside).containers("file.mbox")] == ["a.mbox"]


def test_a_name_that_is_not_utf_8_is_spelt_out_and_found_again(tmp_path: Path) -> None:
    name = os.fsencode(tmp_path) + b"/caf\xe9\x1b.mbox"
    with open(name, "wb") as file:
        file.write(samples.mbox(2).encode())
    pages = listing("file.mbox", tmp_path)
    assert list(pages) == ["caf\\xe9\\x1b.mbox"]
    assert len(items_of(pages)) == 2


def test_what_is_not_there_is_a_slip_of_the_command(tmp_path: Path) -> None:
    with pytest.raises(UsageProblem, match="nothing at"):
        survey(tmp_path / "no.mbox")
    with pytest.raises(UsageProblem):
        survey(Path("x\x00y"))


def test_a_socket_or_a_device_is_not_read() -> None:
    with pytest.raises(UsageProblem, match="neither a file nor a folder"):
        survey(Path(os.devnull))


def test_a_file_of_another_kind_is_refused(tmp_path: Path) -> None:
    assert "is not a mailbox" in refusal(samples.write(tmp_path, {"a.pdf": "%PDF"}) / "a.pdf")


def test_a_folder_with_nothing_to_read_is_refused(tmp_path: Path) -> None:
    assert "holds no mailbox" in refusal(samples.write(tmp_path, {"a.jpg": "x", "b": "y"}))


def test_a_file_packed_with_gzip_is_refused_without_unpacking(tmp_path: Path) -> None:
    (tmp_path / "a.mbox.gz").write_bytes(b"\x1f\x8b\x08" + b"\0" * 100)
    assert "gzip" in refusal(tmp_path / "a.mbox.gz")
    (tmp_path / "a.mbox").write_bytes(b"\x1f\x8b\x08" + b"\0" * 100)
    assert "gzip" in refusal(tmp_path / "a.mbox")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
def test_a_path_that_may_not_be_read_is_said_to_be_closed(tmp_path: Path) -> None:
    closed = samples.write(tmp_path / "closed", {"a.mbox": samples.mbox(1)})
    (closed / "a.mbox").chmod(0)
    code = (
        "import os, sys; from pathlib import Path; from connectors.files.archive import survey\n"
        "from interactions.errors import SourceUnreadable\n"
        "os.setgid(65534); os.setuid(65534)\n"
        "try: survey(Path(sys.argv[1]))\n"
        "except SourceUnreadable as error: print(error)\n"
    )
    for place in tmp_path.parents:
        if place.stat().st_uid == os.geteuid() and place != Path("/"):
            place.chmod(place.stat().st_mode | 0o055)
    tmp_path.chmod(0o755)
    for path, mode in ((closed / "a.mbox", 0o755), (closed, 0)):
        closed.chmod(mode)
        run = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True)
        assert "may not be read" in run.stdout, run
    closed.chmod(0o755)


def test_half_a_zip_is_refused(tmp_path: Path) -> None:
    whole = samples.pack(tmp_path / "a.zip", samples.takeout()).read_bytes()
    (tmp_path / "half.zip").write_bytes(whole[: len(whole) // 2])
    assert "cut off or damaged" in refusal(tmp_path / "half.zip")
    (tmp_path / "tail.zip").write_bytes(whole[len(whole) // 2 :])
    assert "damaged" in refusal(tmp_path / "tail.zip")
    (tmp_path / "no.zip").write_bytes(b"")
    assert "damaged" in refusal(tmp_path / "no.zip")


def test_a_zip_with_a_password_is_refused(tmp_path: Path) -> None:
    path = samples.pack(tmp_path / "a.zip", {"a.mbox": "x"})
    data = bytearray(path.read_bytes())
    data[data.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(data)
    assert "password" in refusal(path)


def test_a_zip_that_unpacks_to_far_more_than_it_is_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed, packed.open("a.mbox", "w") as member:
        for _ in range(100):
            member.write(b"\0" * (1 << 20))
    assert "far more" in refusal(path)


def test_a_zip_that_says_it_is_larger_than_any_mailbox_is_refused(tmp_path: Path) -> None:
    path = samples.pack(tmp_path / "a.zip", {"a.mbox": "x" * 1000})
    data = bytearray(path.read_bytes())
    at = data.index(b"PK\x01\x02") + 24
    data[at : at + 4] = struct.pack("<I", 0xFFFFFFF0)
    path.write_bytes(data)
    assert "far more" in refusal(path)


def test_a_zip_with_a_million_entries_is_refused_before_its_list_is_read(tmp_path: Path) -> None:
    path = tmp_path / "many.zip"
    record = struct.pack("<IQHHIIQQQQ", 0x06064B50, 44, 45, 45, 0, 0, 1_000_000, 1_000_000, 46_000_000, 0)
    locator = struct.pack("<IIQI", 0x07064B50, 0, 0, 1)
    path.write_bytes(
        b"PK\x03\x04"
        + record
        + locator
        + struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, 65535, 65535, 2**32 - 1, 2**32 - 1, 0)
    )
    assert "1,000,000 files" in refusal(path)
    assert ENTRIES_MAX < 1_000_000


def test_entries_that_lead_out_of_a_zip_or_are_links_or_zips_are_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as packed:
        for name in ("../up.mbox", "/etc/abs.mbox", "x/../../y.mbox", "C:/z.mbox", "__MACOSX/._a.mbox", "inner.zip"):
            packed.writestr(name, samples.mbox(1))
        link = zipfile.ZipInfo("link.mbox")
        link.external_attr = 0o120777 << 16
        packed.writestr(link, "/etc/passwd")
    assert "zips inside a zip stay shut" in refusal(path)
    with zipfile.ZipFile(path, "a") as packed:
        packed.writestr("fine.mbox", samples.mbox(1))
    assert [c.id for c in survey(path).containers("file.mbox")] == ["fine.mbox"]


def test_a_zip_damaged_inside_says_so_and_keeps_what_came_before(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as packed:
        packed.writestr("a.mbox", samples.mbox(1_200, body="text\n" * 2_000))
    data = bytearray(path.read_bytes())
    data[-len(data) // 10] ^= 0xFF
    path.write_bytes(data)
    connector = open_stream("file.mbox", path)
    (container,) = connector.containers()
    pages = connector.pages(container, None)
    assert len(next(pages).items) == 500
    with pytest.raises(SourceUnreadable, match="damaged inside its zip"):
        list(pages)


def test_every_stream_has_a_connector_and_no_other_is_opened(tmp_path: Path) -> None:
    files = {"file.mbox", "file.maildir", "file.ics", "file.vcf"}
    assert set(CONNECTORS) == files | set(oauth.SCOPES) | set(entra.SCOPES)
    with pytest.raises(UsageProblem, match=r"no connector for file\.pst"):
        open_stream("file.pst", tmp_path)
