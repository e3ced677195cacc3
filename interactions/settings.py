"""The settings: one typed, frozen object read from `KITH_*` variables and `kith.toml`, every problem told at once."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import tzinfo
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, EnvSettingsSource, PydanticBaseSettingsSource, SettingsConfigDict

from interactions.errors import UsageProblem
from interactions.settings_google import GoogleSettings
from interactions.settings_microsoft import MicrosoftSettings
from interactions.settings_week import WeekSettings

PREFIX = "KITH_"
#: Settings that may hold a password or a token: each can also be given as `<name>_file`, and none is ever shown.
SECRETS = ("database_url", "broker_url", "secret_key", "alert_url", "week_smtp_url")
#: Variables that begin like ours and are not settings: where the settings file is, and what only tests read.
NOT_SETTINGS = re.compile(r"KITH_(CONFIG|CORPUS|TEST_\w+)")
#: Where container engines mount secrets; they set the modes there (0444 by default).
CONTAINER_SECRETS = Path("/run/secrets")
#: Largest settings or secret file read, in bytes.
FILE_MAX = 256 * 1024

Seconds = Annotated[float, Field(gt=0, le=10 * 365 * 86_400, allow_inf_nan=False)]
Count = Annotated[int, Field(ge=1, le=1_000_000)]
Threads = Annotated[int, Field(ge=1, le=64)]


def default_data_dir() -> Path:
    """The platform's place for a user's data (XDG base directories, Apple's Application Support)."""
    import platformdirs

    return Path(platformdirs.user_data_dir("kith", appauthor=False))


class Settings(GoogleSettings, MicrosoftSettings, WeekSettings):
    """How this Kith runs. Times are seconds. Made by `load_settings`; passed on as an argument, never kept globally."""

    model_config = SettingsConfigDict(frozen=True, extra="forbid", env_prefix=PREFIX, hide_input_in_errors=True)

    data_dir: Path = Field(default_factory=default_data_dir)
    #: "" is the SQLite file in `data_dir`.
    database_url: str = Field("", repr=False)
    database_url_file: Path | None = None
    #: "" is the embedded broker.
    broker_url: str = Field("", repr=False)
    broker_url_file: Path | None = None
    #: base64 of 32 bytes; "" is the file `secret.key` in `data_dir`.
    secret_key: str = Field("", repr=False)
    secret_key_file: Path | None = None
    #: "" is the only owner there is.
    owner: str = Field("", max_length=320)
    #: IANA name; "" is the machine's.
    timezone: str = ""
    #: ISO 3166-1 alpha-2, as "DE"; "": numbers without a country code stay as dialled.
    phone_region: str = Field("", pattern=r"^(?:[A-Z]{2})?$")
    alert_command: str = ""
    alert_url: str = Field("", repr=False)
    alert_url_file: Path | None = None
    alert_after_seconds: Seconds = 86_400.0
    lease_seconds: Seconds = 15.0
    renew_seconds: Seconds = 5.0
    claim_seconds: Seconds = 15.0
    tick_seconds: Seconds = 0.5
    heartbeat_seconds: Seconds = 5.0
    bell_seconds: Seconds = 30.0
    #: Addresses are linked to people after so long without work; and at the latest after so long with it.
    link_quiet_seconds: Seconds = 0.5
    link_at_most_seconds: Seconds = 60.0
    #: Messages.
    queue_cap: Count = 400
    #: Items.
    page_items: Annotated[int, Field(ge=1, le=500)] = 500
    #: Ids a message.
    classify_batch: Annotated[int, Field(ge=1, le=500)] = 500
    pull_threads: Threads = 4
    classify_threads: Threads = 1
    #: Processes that judge, beside the one that pulls; more than two find each other waiting for a SQLite file.
    classify_processes: Threads = Field(default_factory=lambda: min(2, os.cpu_count() or 1))
    max_attempts: Annotated[int, Field(ge=1, le=1_000)] = 4
    on_delete: Literal["keep", "retire"] = "keep"
    #: PEM file of certificate authorities to trust instead of the system's.
    ca_file: Path | None = None
    #: Longest wait for one answer of a provider, from the first byte sent to the last received.
    request_seconds: Annotated[float, Field(gt=0, le=60, allow_inf_nan=False)] = 50.0

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Only what is handed in: `load_settings` reads the sources, so that it can say where each value stood."""
        return (init_settings,)

    @field_validator(
        "data_dir", *(f"{secret}_file" for secret in SECRETS), "ca_file", "week_file"
    )  # fmt: skip
    @classmethod
    def _path(cls, path: Path | None) -> Path | None:
        return None if path is None else absolute(path)

    @field_validator("database_url")
    @classmethod
    def _database_url(cls, url: str) -> str:
        return _address(url, ("postgresql+psycopg",), "postgresql+psycopg://USER@HOST/NAME")

    @field_validator("broker_url")
    @classmethod
    def _broker_url(cls, url: str) -> str:
        return _address(url, ("redis", "rediss", "unix"), "redis://HOST:6379/0")

    @field_validator("alert_url")
    @classmethod
    def _alert_url(cls, url: str) -> str:
        local = bool(url) and _parts(url).hostname in ("localhost", "127.0.0.1", "::1")
        return _address(url, ("https", "http") if local else ("https",), "https://HOST/…")

    @field_validator("timezone")
    @classmethod
    def _timezone(cls, name: str) -> str:
        if name:
            zone_named(name)
        return name

    @model_validator(mode="after")
    def _renewed_in_time(self) -> Settings:
        for name in ("lease_seconds", "claim_seconds"):
            if self.renew_seconds > getattr(self, name) / 2:
                raise ValueError(f"renew_seconds must be at most half of {name}, or work is taken from living workers")
        return self

    def zone(self) -> tzinfo:
        """The owner's time zone."""
        if self.timezone:
            return ZoneInfo(self.timezone)
        import tzlocal

        return tzlocal.get_localzone()

    def environ(self) -> dict[str, str]:
        """These settings as `KITH_*` variables for a process we start; a secret that has a file goes as its path."""
        given = {name: getattr(self, name) for name in type(self).model_fields}
        for secret in SECRETS:
            if given[f"{secret}_file"] is not None:
                del given[secret]
        return {PREFIX + name.upper(): str(value) for name, value in given.items() if value not in ("", None)}


@dataclass
class _Reading:
    """Values found so far, where each stood, and what was wrong."""

    values: dict[str, Any] = field(default_factory=dict)
    where: dict[str, str] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)

    def add(self, values: Mapping[str, Any], places: Mapping[str, str]) -> None:
        """Lay one source over those before it: a secret given here hides its file given there, and the reverse."""
        for secret in SECRETS:
            both = {secret, f"{secret}_file"}
            if both <= values.keys():
                self.problems.append(f"{places[secret]}: {secret} and {secret}_file are both given; keep one of them")
            if both & values.keys():
                for name in both:
                    self.values.pop(name, None)
        self.values.update(values)
        self.where.update(places)


def load_settings(environ: Mapping[str, str] | None = None, **overrides: Any) -> Settings:
    """The settings of this process: `overrides`, over `KITH_*` of `environ`, over `kith.toml`, over the defaults.

    `environ` is the process's own when None. An override of None counts as not given. Nothing is created.
    Raises UsageProblem that lists every problem, one a line, each with its variable or file and line.
    """
    environ = os.environ if environ is None else environ
    reading = _Reading()
    given = {name: value for name, value in overrides.items() if value is not None}
    variables = _variables(environ, reading)
    config = _config_path(environ, {**variables, **given}, reading)
    _read_toml(config, reading, named=bool(environ.get("KITH_CONFIG")))
    reading.add(variables, {name: PREFIX + name.upper() for name in variables})
    reading.add(given, {name: name for name in given})
    _read_secret_files(reading)
    _machine_timezone(environ, reading)
    settings = _validated(reading)
    if reading.problems or settings is None:
        raise UsageProblem(_told(reading.problems))
    return settings


def absolute(path: Path) -> Path:
    """`path` with `~` resolved and made absolute. Raises ValueError for one that cannot be a path."""
    if "\0" in str(path) or not str(path).strip():
        raise ValueError("must be a path")
    try:
        return Path(os.path.abspath(path.expanduser()))
    except (RuntimeError, FileNotFoundError) as error:
        raise ValueError("must be an absolute path here: there is no home or working directory") from error


def zone_named(name: str) -> ZoneInfo:
    """The IANA time zone `name`. Raises ValueError with a sentence for anything else."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError("must be a time zone's IANA name, like Europe/Berlin") from error


def open_to_others(path: Path) -> bool:
    """Whether people beside the owner and the group can read or write the regular file `path`."""
    if path.is_relative_to(CONTAINER_SECRETS) or not path.is_file():
        return False
    return bool(path.stat().st_mode & 0o006)


def _parts(url: str) -> Any:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError as error:
        raise ValueError("is not an address that can be read") from error
    return parts


def _address(url: str, schemes: tuple[str, ...], example: str) -> str:
    """`url` when it is "" or has one of `schemes`; the value itself is never repeated, it may hold a password."""
    if url and _parts(url).scheme not in schemes:
        raise ValueError(f"must look like {example}")
    return url


def _variables(environ: Mapping[str, str], reading: _Reading) -> dict[str, Any]:
    known = {PREFIX + name.upper(): name for name in Settings.model_fields}
    ours = {name: value for name, value in environ.items() if name.startswith(PREFIX)}
    for name in sorted(ours):
        if name not in known and not NOT_SETTINGS.fullmatch(name):
            reading.problems.append(f"{name}: there is no such setting{_meant(name, known)}")
    if not ours.get("KITH_SECRET_KEY", "set").strip():
        reading.problems.append("KITH_SECRET_KEY: is empty; give the key or unset the variable")
    source = EnvSettingsSource(Settings, env_ignore_empty=True)
    source.env_vars = {name.lower(): value for name, value in ours.items() if name in known}
    return source()


def _config_path(environ: Mapping[str, str], given: Mapping[str, Any], reading: _Reading) -> Path | None:
    """The settings file to read, None when there is none."""
    named = environ.get("KITH_CONFIG", "")
    try:
        path = absolute(Path(named)) if named else absolute(Path(given.get("data_dir") or default_data_dir()))
        path = path if named else path / "kith.toml"
        there = path.is_file()
    except (ValueError, OSError):
        # An unusable data_dir is told by its own check.
        path, there = Path(named), False
    if named and not there:
        reading.problems.append("KITH_CONFIG: no file can be read there; correct the path or unset the variable")
    return path if there else None


def _read_toml(path: Path | None, reading: _Reading, *, named: bool) -> None:
    if path is None:
        return
    try:
        with path.open("rb") as file:
            text = file.read(FILE_MAX).decode()
        found = tomllib.loads(text)
    except (OSError, UnicodeDecodeError) as error:
        reason = f"{error.strerror}; let this user read it" if isinstance(error, OSError) else "it is not UTF-8 text"
        reading.problems.append(f"{path}: cannot be read: {reason}")
        return
    except tomllib.TOMLDecodeError as error:
        reading.problems.append(_toml_problem(path, str(error)))
        return
    places = {name: f"{path}:{_line_of(name, text)}" for name in found}
    for name in sorted(found.keys() - Settings.model_fields.keys()):
        reading.problems.append(f"{places[name]}: there is no setting {name}{_meant(name, Settings.model_fields)}")
    known = {name: value for name, value in found.items() if name in Settings.model_fields}
    if "data_dir" in known and not named:
        reading.problems.append(
            f"{places['data_dir']}: the data folder's own file cannot say where it is; use KITH_CONFIG"
        )
    _check_mode(path, known, reading)
    reading.add(known, places)


def _check_mode(path: Path, known: Mapping[str, Any], reading: _Reading) -> None:
    if path.stat().st_mode & 0o002:
        reading.problems.append(f"{path}: everybody may write it; run chmod 600 on it")
    elif open_to_others(path) and any(_holds_secret(name, known.get(name)) for name in SECRETS):
        reading.problems.append(f"{path}: it holds a secret and everybody may read it; run chmod 600 on it")


def _holds_secret(name: str, value: Any) -> bool:
    """A key and an alert address are secrets; the address of a database or a broker is when it has a password."""
    if not isinstance(value, str) or not value:
        return False
    return name in ("secret_key", "alert_url") or bool(re.search(r"://[^/@]*:[^/]*@|[?&]password=", value))


def _read_secret_files(reading: _Reading) -> None:
    for secret in SECRETS:
        given = reading.values.get(f"{secret}_file")
        if not given:
            continue
        where = reading.where[f"{secret}_file"]
        try:
            path = absolute(Path(given))
            if open_to_others(path):
                reading.problems.append(f"{where}: everybody may read {path}; run chmod 600 on it")
            with path.open("rb") as file:
                value = file.read(FILE_MAX).decode().strip()
        except (OSError, ValueError, TypeError):
            reading.problems.append(f"{where}: the file it names cannot be read as text")
            continue
        if not value:
            reading.problems.append(f"{where}: {path} is empty")
        reading.values[secret] = value
        reading.where[secret] = str(path)


def _machine_timezone(environ: Mapping[str, str], reading: _Reading) -> None:
    """TZ counts where no setting names a zone (POSIX: a leading colon may stand before a zone's name)."""
    name = environ.get("TZ", "").removeprefix(":")
    if not name or name.startswith("/") or reading.values.get("timezone"):
        return
    try:
        zone_named(name)
    except ValueError as error:
        reading.problems.append(f"TZ: {error}; correct it or set KITH_TIMEZONE")
    else:
        reading.values["timezone"] = name


def _validated(reading: _Reading) -> Settings | None:
    for name in [name for name, value in reading.values.items() if isinstance(value, bool)]:
        reading.problems.append(f"{reading.where.get(name, name)}: {name} is no yes-or-no setting")
        del reading.values[name]
    try:
        return Settings(**reading.values)
    except ValidationError as error:
        for problem in error.errors(include_url=False, include_input=False, include_context=False):
            name = str(problem["loc"][0]) if problem["loc"] else ""
            message = problem["msg"].removeprefix("Value error, ").replace("Input should be", "must be")
            where = reading.where.get(name, name)
            shown = "" if name.upper() in where or not name or where == name else f"{name} "
            reading.problems.append(f"{where}: {shown}{message}" if where else message)
        return None


def _toml_problem(path: Path, message: str) -> str:
    line = re.search(r" \(at line (\d+), column \d+\)$", message)
    what = message[: line.start()] if line else message
    if what.startswith("Cannot overwrite a value"):
        what = "this key is given twice"
    return f"{path}:{line[1]}: {what}" if line else f"{path}: {what}"


def _line_of(name: str, text: str) -> int:
    """The line, from 1, on which the top-level key or table `name` stands; 1 when it is written in an odd way."""
    found = re.search(rf"^[ \t]*\[*[ \t]*[\"']?{re.escape(name)}\b", text, re.MULTILINE)
    return text.count("\n", 0, found.start()) + 1 if found else 1


def _meant(name: str, known: Iterable[str]) -> str:
    close = get_close_matches(name, list(known), n=1, cutoff=0.8)
    return f"; did you mean {close[0]}?" if close else ""


def _told(problems: list[str]) -> str:
    if len(problems) == 1:
        return f"A setting is off. {problems[0]}"
    return "\n  ".join([f"{len(problems)} settings are off:", *problems])
