"""Settings: where they come from, which source wins, and that every problem is told at once."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from interactions.errors import UsageProblem
from interactions.settings import SECRETS, Settings, load_settings
from interactions.settings_week import mail_server


def problem_of(environ: dict[str, str], **overrides: Any) -> str:
    with pytest.raises(UsageProblem) as caught:
        load_settings(environ, **overrides)
    return str(caught.value)


def toml(folder: Path, text: str, mode: int = 0o600) -> dict[str, str]:
    path = folder / "kith.toml"
    path.write_text(text)
    path.chmod(mode)
    return {"KITH_DATA_DIR": str(folder)}


def secret_file(path: Path, text: str, mode: int = 0o600) -> str:
    path.write_text(text)
    path.chmod(mode)
    return str(path)


def test_defaults_need_nothing_and_create_nothing(tmp_path: Path) -> None:
    settings = load_settings({"KITH_DATA_DIR": str(tmp_path / "new")})
    assert settings.database_url == settings.broker_url == settings.owner == ""
    assert (settings.lease_seconds, settings.renew_seconds, settings.max_attempts) == (15, 5, 4)
    assert not (tmp_path / "new").exists()


def test_an_override_wins_over_a_variable_over_the_file_over_the_default(tmp_path: Path) -> None:
    environ = toml(tmp_path, "tick_seconds = 2\nqueue_cap = 20\npage_items = 200\n")
    settings = load_settings({**environ, "KITH_QUEUE_CAP": "30", "KITH_PAGE_ITEMS": "300"}, page_items=400, owner=None)
    assert (settings.tick_seconds, settings.queue_cap, settings.page_items) == (2, 30, 400)


def test_the_settings_file_may_lie_elsewhere_and_name_the_data_folder(tmp_path: Path) -> None:
    config = tmp_path / "my.toml"
    config.write_text(f'data_dir = "{tmp_path}/data"\nowner = "me"\n')
    settings = load_settings({"KITH_CONFIG": str(config)})
    assert (settings.data_dir, settings.owner) == (tmp_path / "data", "me")


def test_settings_cannot_be_changed_and_never_show_a_secret(tmp_path: Path) -> None:
    settings = load_settings({}, data_dir=tmp_path, database_url="postgresql+psycopg://u:hush@h/d", secret_key="hush")
    with pytest.raises(ValueError, match="frozen"):
        settings.owner = "x"  # type: ignore[misc]
    assert "hush" not in repr(settings) + str(settings)


def test_all_problems_of_all_sources_are_told_in_one_message(tmp_path: Path) -> None:
    environ = toml(tmp_path, 'owner = "me"\nlease_seconds = "soon"\nlaese = 1\n[workers]\nn = 1\n')
    text = problem_of(
        {**environ, "KITH_PULL_THREADS": "many", "KITH_TICK_SECOND": "1", "KITH_ON_DELETE": "burn", "TZ": "Mars/Phobos"}
    )
    file = tmp_path / "kith.toml"
    for part in (
        "7 settings are off",
        f"{file}:2: lease_seconds must be a valid number",
        f"{file}:3: there is no setting laese",
        f"{file}:4: there is no setting workers",
        "KITH_PULL_THREADS: must be a valid integer",
        "KITH_TICK_SECOND: there is no such setting; did you mean KITH_TICK_SECONDS?",
        "KITH_ON_DELETE: must be 'keep' or 'retire'",
        "TZ: must be a time zone's IANA name",
    ):
        assert part in text


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('owner = "a"\ntick_seconds = 1\nowner = "b"\n', "kith.toml:3: this key is given twice"),
        ("owner = \n", "kith.toml:1: Invalid value"),
        ("lease_seconds = true\n", "kith.toml:1: lease_seconds is no yes-or-no setting"),
        ("owner = 3\n", "kith.toml:1: owner must be a valid string"),
        ("tick_seconds = nan\n", "kith.toml:1: tick_seconds must be a finite number"),
        ("queue_cap = -1\n", "kith.toml:1: queue_cap must be greater than or equal to 1"),
        ('data_dir = "/elsewhere"\n', "kith.toml:1: the data folder's own file cannot say where it is"),
        ('timezone = "../../etc/passwd"\n', "kith.toml:1: timezone must be a time zone's IANA name"),
    ],
)
def test_a_bad_line_of_the_file_is_named_with_its_line(tmp_path: Path, text: str, told: str) -> None:
    assert told in problem_of(toml(tmp_path, text))


def test_a_file_that_is_not_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "kith.toml").write_bytes(b'owner = "\xff"\n')
    assert "not UTF-8" in problem_of({"KITH_DATA_DIR": str(tmp_path)})


def test_a_named_settings_file_must_be_there(tmp_path: Path) -> None:
    assert "KITH_CONFIG: no file can be read there" in problem_of({"KITH_CONFIG": str(tmp_path / "none.toml")})


@pytest.mark.parametrize("line", ['secret_key = "x"', 'broker_url = "redis://:pw@h/0"', 'alert_url = "https://h/t"'])
def test_a_settings_file_with_a_secret_must_not_be_world_readable(tmp_path: Path, line: str) -> None:
    assert "everybody may read it; run chmod 600" in problem_of(toml(tmp_path, line, mode=0o644))
    assert load_settings(toml(tmp_path, line, mode=0o600))


def test_a_settings_file_without_a_secret_may_be_read_but_never_written_by_everybody(tmp_path: Path) -> None:
    assert load_settings(toml(tmp_path, 'owner = "me"\nbroker_url = "redis://h/0"', mode=0o644)).owner == "me"
    assert "everybody may write it" in problem_of(toml(tmp_path, 'owner = "me"', mode=0o666))


def test_each_secret_can_come_from_a_file(tmp_path: Path) -> None:
    path = secret_file(tmp_path / "db", "postgresql+psycopg://u:pw@h/d\n")
    settings = load_settings({"KITH_DATABASE_URL_FILE": path, "KITH_DATA_DIR": str(tmp_path)})
    assert settings.database_url == "postgresql+psycopg://u:pw@h/d"


def test_a_secret_given_nearer_hides_the_other_form_given_farther(tmp_path: Path) -> None:
    far = secret_file(tmp_path / "far", "redis://far/0")
    environ = toml(tmp_path, f'broker_url_file = "{far}"')
    assert load_settings({**environ, "KITH_BROKER_URL": "redis://near/0"}).broker_url == "redis://near/0"
    both = {"KITH_BROKER_URL": "redis://a/0", "KITH_BROKER_URL_FILE": far, "KITH_DATA_DIR": str(tmp_path / "x")}
    assert "both given" in problem_of(both)


@pytest.mark.parametrize(("text", "mode", "told"), [("k", 0o644, "everybody may read"), (" \n", 0o600, "is empty")])
def test_a_secret_file_must_be_private_and_hold_something(tmp_path: Path, text: str, mode: int, told: str) -> None:
    path = secret_file(tmp_path / "secret", text, mode)
    assert told in problem_of({"KITH_SECRET_KEY_FILE": path, "KITH_DATA_DIR": str(tmp_path)})


def test_a_secret_file_that_is_missing_is_told_by_its_variable(tmp_path: Path) -> None:
    assert "KITH_SECRET_KEY_FILE: the file it names" in problem_of({"KITH_SECRET_KEY_FILE": str(tmp_path / "none")})


def test_an_empty_secret_key_is_no_reason_to_make_another(tmp_path: Path) -> None:
    assert "KITH_SECRET_KEY: is empty" in problem_of({"KITH_SECRET_KEY": " ", "KITH_DATA_DIR": str(tmp_path)})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("KITH_DATABASE_URL", "mysql://user:hush@host/d"),
        ("KITH_BROKER_URL", "amqp://user:hush@host"),
        ("KITH_BROKER_URL", "redis://user:hush@host:port/0"),
        ("KITH_ALERT_URL", "http://somewhere.example/hush"),
    ],
)
def test_an_address_of_another_kind_is_refused_without_repeating_it(name: str, value: str) -> None:
    text = problem_of({name: value})
    assert name in text
    assert "hush" not in text


def test_an_alert_may_go_to_this_machine_without_tls() -> None:
    assert load_settings({"KITH_ALERT_URL": "http://127.0.0.1:8080/t"}).alert_url


@pytest.mark.parametrize("name", ["garbage", "Europe", "A" * 5000, "CET-1CEST,M3.5.0,M10.5.0/3", "../UTC", "\x00"])
def test_a_garbage_time_zone_is_refused_wherever_it_stands(name: str) -> None:
    assert "IANA name" in problem_of({"KITH_TIMEZONE": name})
    assert "set KITH_TIMEZONE" in problem_of({"TZ": name})


def test_the_time_zone_is_the_setting_then_tz_then_the_machines() -> None:
    assert load_settings({"KITH_TIMEZONE": "Asia/Tokyo", "TZ": "garbage"}).zone() == ZoneInfo("Asia/Tokyo")
    assert load_settings({"TZ": ":Europe/Berlin"}).zone() == ZoneInfo("Europe/Berlin")
    assert datetime.now(load_settings({}).zone()).utcoffset() == datetime.now(UTC).astimezone().utcoffset()


def test_a_lease_must_outlive_a_missed_renewal() -> None:
    assert "at most half of lease_seconds" in problem_of({"KITH_RENEW_SECONDS": "9"})
    assert load_settings({"KITH_LEASE_SECONDS": "1", "KITH_CLAIM_SECONDS": "1", "KITH_RENEW_SECONDS": "0.5"})


def test_another_process_given_the_variables_has_the_same_settings(tmp_path: Path) -> None:
    key = secret_file(tmp_path / "key", "the key")
    settings = load_settings(
        {"KITH_SECRET_KEY_FILE": key}, data_dir=tmp_path / "a b", tick_seconds=0.1, broker_url="redis://h/0", owner="o"
    )
    environ = settings.environ()
    assert "KITH_SECRET_KEY" not in environ
    assert load_settings(environ) == settings


def test_a_week_goes_where_its_settings_say(tmp_path: Path) -> None:
    ways = {"KITH_WEEK_SMTP_URL": "smtps://me%40x:hu%2Fsh@mail.example", "KITH_WEEK_TO": "me@home.example"}
    settings = load_settings({"KITH_DATA_DIR": str(tmp_path), "KITH_WEEK_FILE": str(tmp_path / "w.HTML"), **ways})
    server = mail_server(settings.week_smtp_url)
    assert (server.host, server.port, server.user, server.password) == ("mail.example", 465, "me@x", "hu/sh")
    assert "hu%2Fsh" not in repr(settings)
    path = secret_file(tmp_path / "smtp", "smtp://127.0.0.1\n")
    told = load_settings({"KITH_WEEK_SMTP_URL_FILE": path, "KITH_WEEK_TO": "me@home.example"})
    local = mail_server(told.week_smtp_url)
    assert (local.port, local.is_here, local.tls, local.user) == (587, True, False, "")


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"WEEK_FILE": "week.pdf"}, "must end in one of .txt, .html"),
        ({"WEEK_SMTP_URL": "smtp://h"}, "week_to is not"),
        ({"WEEK_TO": "me@home.example"}, "week_smtp_url is not"),
        ({"WEEK_SMTP_URL": "http://hush@h", "WEEK_TO": "a@b.example"}, "must look like smtps://"),
        ({"WEEK_SMTP_URL": "smtp://u:hush@h/path", "WEEK_TO": "a@b.example"}, "must look like smtps://"),
        ({"WEEK_SMTP_URL": "smtp://u:hu%0Ash@h", "WEEK_TO": "a@b.example"}, "must look like smtps://"),
        ({"WEEK_SMTP_URL": "smtp://hush@h", "WEEK_TO": "a@b.example"}, "both a user and a password"),
        ({"WEEK_SMTP_URL": "smtp://h:hush", "WEEK_TO": "a@b.example"}, "is not an address"),
        ({"WEEK_SMTP_URL": "smtp://h", "WEEK_TO": "A <a@b.example>"}, "one plain mail address"),
        ({"WEEK_SMTP_URL": "smtp://h", "WEEK_TO": "a@b.example\nBcc: c@d.example"}, "one plain mail address"),
    ],
)
def test_a_week_that_cannot_be_delivered_so_is_refused(given: dict[str, str], told: str) -> None:
    said = problem_of({f"KITH_{name}": value for name, value in given.items()})
    assert told in said
    assert "hush" not in said


def test_variables_of_the_tests_are_no_settings() -> None:
    assert load_settings({"KITH_TEST_REDIS": "x", "KITH_CORPUS": "y", "KITH_TEST_CRASH_AT": "z"})


def test_without_a_home_the_data_folder_is_asked_for() -> None:
    code = "from interactions.settings import load_settings; print(load_settings({'KITH_DATA_DIR': '~nobody-here/x'}))"
    done = subprocess.run([sys.executable, "-c", code], env={"PATH": os.defpath}, capture_output=True, text=True)
    assert "KITH_DATA_DIR: must be an absolute path here" in done.stderr


def test_every_setting_is_described_for_operators_with_its_default() -> None:
    rows = dict(
        re.findall(r"^\| `KITH_([A-Z_]+)` \| ([^|]*) \|", (Path("docs") / "operations.md").read_text(), re.MULTILINE)
    )
    described = {name.lower() for name in rows}
    plain = {name for name in Settings.model_fields if name.removesuffix("_file") not in SECRETS or name in SECRETS}
    assert plain - described == set()
    assert described - plain == {"config"}
    for name, field in Settings.model_fields.items():
        if isinstance(field.default, int | float):
            assert f"{field.default:.12g}" == rows[name.upper()].strip().replace(",", ""), name
