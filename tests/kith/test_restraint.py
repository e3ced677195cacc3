"""What Kith promises never to ask for is not asked for, not stored, not shown: a whole demo, traffic and bytes."""

from __future__ import annotations

import json
import re
import signal
import ssl
import subprocess
import sys
import tomllib
import urllib.request
from dataclasses import dataclass
from typing import Any

import pytest

from sandbox.canaries import CANARIES
from tests.kith.commandline import ROOT, environ, process
from tests.test_canary import disguises, look

#: Fields of the three APIs that hold what is private, and those that hold them.
NEVER_FIELDS = re.compile(
    r"\b(snippet|body|parts|raw|filename|description|attachments|conferenceData|hangoutLink|extendedProperties|comment"
    r"|biographies|photos|birthdays|addresses|\*)\b"
)
NEVER_FORMATS = {"full", "raw"}
NEVER_PATHS = re.compile(r"/attachments/|/drafts|/settings/|updateContactPhoto|upload")


#: Properties of Graph's objects that hold what is private.
NEVER_SELECTED = re.compile(
    r"\b(body|bodyPreview|uniqueBody|attachments|extensions|webLink|onlineMeeting\w*|personalNotes|photo|birthday"
    r"|children|homeAddress|businessAddress|otherAddress|\*)\b"
)


@dataclass
class Demo:
    """A demo that ran, and everything that came of it."""

    recording: list[dict[str, Any]]
    microsoft: list[dict[str, Any]]
    state: dict[str, Any]
    files: dict[str, bytes]
    said: dict[str, bytes]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    """`kith demo` until it stays up, asked for everything it can say, then stopped."""
    folder = tmp_path_factory.mktemp("restraint")
    data = folder / ".demo" / "data"
    env = environ(folder)
    running = subprocess.Popen(
        [sys.executable, "-m", "kith", "demo"], env={**env, "PYTHONPATH": str(ROOT)}, cwd=folder,
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    assert running.stdout is not None
    said: dict[str, bytes] = {}
    seen: dict[str, bytes] = {}
    text = ""
    while "stays up" not in text:
        line = running.stdout.readline()
        assert line, text
        text += line
    look(data, seen)
    told = tomllib.loads((data / "kith.toml").read_text())
    url, there = told["google_gmail_root"], told["microsoft_authority_root"]
    trusted = ssl.create_default_context(cafile=told["ca_file"])
    asking = {**env, "KITH_DATA_DIR": str(data)}
    for command in (
        ("log", "--json", "--limit", "100000"), ("log", "--csv"), ("people", "--json"), ("status", "--json"),
        ("dropped", "--json"), ("quarantine", "--json"), ("backup", str(folder / "whole.kith")), ("why", "1"),
    ):  # fmt: skip
        done = process(*command, env=asking)
        said[" ".join(command[:2])] = (done.stdout + done.stderr).encode()
    look(folder, seen)
    found = [json.load(urllib.request.urlopen(f"{url}/control/{what}")) for what in ("recording", "state")]
    graph = json.load(urllib.request.urlopen(f"{there}/control/recording", context=trusted))
    running.send_signal(signal.SIGINT)
    running.stdout.read()
    running.stdout.close()
    assert running.wait(20) in (0, 130)
    for theirs in ("truth.json", "server.pem", "authority.pem"):
        seen.pop(theirs, None)
    return Demo(found[0], graph, found[1], seen, {**said, "demo": text.encode()})


def api_lines(demo: Demo) -> list[dict[str, Any]]:
    return [line for line in demo.recording if line["path"].startswith(("/gmail/", "/calendar/", "/v1/"))]


def test_the_traffic_is_that_of_a_whole_run(demo: Demo) -> None:
    paths = {line["path"] for line in demo.recording}
    assert {"/o/oauth2/v2/auth", "/token", "/v1/userinfo", "/gmail/v1/users/me/profile", "/v1/otherContacts"} <= paths
    assert sum(path.startswith("/gmail/v1/users/me/messages/") for path in paths) > 500
    assert demo.state["refused"] == 0
    assert len(demo.said["log --json"]) > 100_000


def test_every_request_to_an_api_names_the_fields_it_wants_and_none_that_is_private(demo: Demo) -> None:
    for line in api_lines(demo):
        if line["path"] == "/v1/userinfo":
            continue
        masks = [mask for name in ("fields", "personFields", "readMask", "groupFields")
                 for mask in line["query"].get(name, [])]  # fmt: skip
        assert line["query"].get("fields"), line
        assert not [mask for mask in masks if NEVER_FIELDS.search(mask)], line


def test_no_request_asks_for_a_body_an_attachment_a_note_or_a_photo(demo: Demo) -> None:
    for line in demo.recording:
        assert "q" not in line["query"], line
        assert not NEVER_FORMATS & {one.lower() for one in line["query"].get("format", [])}, line
        assert not NEVER_PATHS.search(line["path"]), line
        if re.fullmatch(r"/gmail/v1/users/me/(messages|threads)/\w+", line["path"]):
            assert line["query"]["format"] == ["metadata"], line


def test_graph_is_never_asked_for_a_body_a_note_or_a_link_and_is_always_told_what_is_wanted(demo: Demo) -> None:
    paths = {line["path"] for line in demo.microsoft}
    assert any(path.endswith("/messages/delta") for path in paths)
    assert any(path.endswith("/calendarView/delta") for path in paths)
    assert any(path.endswith("/contacts/delta") for path in paths)
    for line in demo.microsoft:
        select = ",".join(line["query"].get("$select", []))
        assert not NEVER_SELECTED.search(select), line
        assert not {"$expand", "$search", "$filter"} & set(line["query"]), line
        assert not re.search(r"/attachments|/\$value", line["path"]), line
        listed = line["path"].endswith(("/messages/delta", "/contacts/delta")) and "startDateTime" not in line["query"]
        if listed and not {"$skiptoken", "$deltatoken"} & set(line["query"]):
            assert select, line


def test_nothing_is_written_to_the_account_at_microsoft_either(demo: Demo) -> None:
    posts = {line["path"].rpartition("/")[2] for line in demo.microsoft if line["method"] != "GET"}
    assert posts <= {"authorize", "token", "$batch"}
    for line in demo.microsoft:
        assert not {"access_token", "refresh_token"} & set(line["query"]), line


def test_nothing_is_written_to_the_account(demo: Demo) -> None:
    posts = {line["path"] for line in demo.recording if line["method"] != "GET"}
    assert posts <= {"/o/oauth2/v2/auth", "/token", "/revoke"}


def test_no_token_travels_in_an_address(demo: Demo) -> None:
    for line in demo.recording:
        assert not {"access_token", "refresh_token", "client_secret", "key"} & set(line["query"]), line


def test_nothing_private_is_in_any_file_or_answer(demo: Demo) -> None:
    assert {"kith.db", "whole.kith", "pull.log"} <= set(demo.files)
    where = {
        (name, canary)
        for name, content in (*demo.files.items(), *demo.said.items())
        for canary in CANARIES
        for disguise in disguises(canary)
        if disguise in content
    }
    assert where == set()
