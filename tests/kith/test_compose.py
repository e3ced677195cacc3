"""docker-compose.yml: valid, without a secret, its commands run as processes on a real PostgreSQL and Redis."""

from __future__ import annotations

import base64
import os
import re
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest
import redis
from ruamel.yaml import YAML

from interactions.secret import load_key
from interactions.settings import load_settings

ROOT = Path(__file__).parents[2]
FILE = ROOT / "docker-compose.yml"
POSTGRES = os.environ.get("KITH_TEST_POSTGRES", "postgresql+psycopg://postgres@127.0.0.1:5432/test")
REDIS = os.environ.get("KITH_TEST_REDIS", "redis://127.0.0.1:6379/0")
OURS = ("scheduler", "worker")
GIVEN = {"KITH_POSTGRES_PASSWORD": secrets.token_hex(24), "KITH_SECRET_KEY": base64.b64encode(bytes(32)).decode()}
REFERENCE = re.compile(r"\$\{(\w+)(?::([?-])([^}]*))?\}")


def services() -> dict[str, Any]:
    found: dict[str, Any] = YAML(typ="safe").load(FILE)["services"]
    return found


def environment(service: str) -> dict[str, str]:
    """The variables of a service, with references replaced as compose replaces them."""

    def value(reference: re.Match[str]) -> str:
        return GIVEN.get(reference[1]) or (reference[3] if reference[2] == "-" else "")

    return {name: REFERENCE.sub(value, str(text)) for name, text in services()[service]["environment"].items()}


def wait_for(what: Callable[[], object], seconds: float = 30) -> None:
    until = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < until, "it did not happen in time"
        time.sleep(0.1)


@pytest.fixture
def database() -> Iterator[str]:
    """The address of a fresh database on the PostgreSQL that runs here."""
    try:
        redis.Redis.from_url(REDIS).ping()
        server = psycopg.connect(POSTGRES.replace("+psycopg", ""), autocommit=True, connect_timeout=3)
    except (psycopg.OperationalError, redis.RedisError) as error:
        if os.environ.get("CI"):
            raise
        pytest.skip(f"PostgreSQL ({POSTGRES}) and Redis ({REDIS}) are needed: {type(error).__name__}")
    name = f"kith_compose_{secrets.token_hex(4)}"
    with server:
        server.execute(f"CREATE DATABASE {name}")
    yield urlsplit(POSTGRES)._replace(path=f"/{name}").geturl()
    with psycopg.connect(POSTGRES.replace("+psycopg", ""), autocommit=True) as server:
        server.execute(f"DROP DATABASE {name} WITH (FORCE)")


def test_the_file_is_valid_by_the_compose_specification() -> None:
    program = Path(sys.executable).with_name("check-jsonschema")
    command = [program, "--builtin-schema", "vendor.compose-spec", FILE]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_one_volume_holds_what_must_persist() -> None:
    document = YAML(typ="safe").load(FILE)
    assert list(document["volumes"]) == ["kith"]
    users = [
        name for name, service in services().items() if any(v.startswith("kith:") for v in service.get("volumes", ()))
    ]
    assert users == ["postgres"]


def test_every_service_says_how_healthy_it_is_and_restarts() -> None:
    for name, service in services().items():
        assert service["healthcheck"]["test"], name
        assert service["restart"] == "unless-stopped", name


def test_secrets_come_from_outside_and_are_demanded() -> None:
    for name, service in services().items():
        for variable, value in service.get("environment", {}).items():
            if "PASSWORD" in variable or "KEY" in variable:
                assert REFERENCE.fullmatch(value), f"{name}: {variable}"
            for reference in re.findall(r"\$\{(\w*(?:PASSWORD|KEY)\w*)([^}]*)\}", str(value)):
                assert reference[1].startswith(":?"), f"{name}: {variable} must refuse to be empty"


@pytest.mark.parametrize("service", OURS)
def test_our_services_are_given_settings_that_hold(service: str) -> None:
    settings = load_settings(environment(service))
    assert settings.database_url == f"postgresql+psycopg://kith:{GIVEN['KITH_POSTGRES_PASSWORD']}@postgres:5432/kith"
    assert settings.broker_url == "redis://valkey:6379/0"
    assert load_key(settings).bytes == bytes(32)


def test_the_hosts_that_are_named_are_services_of_the_file() -> None:
    for service in OURS:
        settings = load_settings(environment(service))
        hosts = {urlsplit(url).hostname for url in (settings.database_url, settings.broker_url)}
        assert hosts <= services().keys()
        assert hosts == services()[service]["depends_on"].keys()


def test_our_services_run_with_no_rights_they_do_not_need() -> None:
    for service in OURS:
        found = services()[service]
        assert found["read_only"] is True
        assert found["cap_drop"] == ["ALL"]
        assert "privileged" not in found
    text = (ROOT / "Dockerfile").read_text()
    assert text.rindex("\nUSER kith") < text.rindex("\nCMD ")
    assert "--require-hashes" in text


def test_the_commands_run_as_processes_and_stop_when_asked(database: str, tmp_path: Path) -> None:
    here = {"KITH_DATABASE_URL": database, "KITH_BROKER_URL": REDIS}
    running = []
    # `--scale worker=2`.
    for number, name in enumerate([*OURS, "worker"]):
        command = services()[name]["command"]
        assert command[0] == "python"
        data = {"KITH_DATA_DIR": str(tmp_path / str(number))}
        log = (tmp_path / f"{number}.log").open("w")
        env = {"PATH": os.environ["PATH"], **environment(name), **here, **data}
        running.append(subprocess.Popen([sys.executable, *command[1:]], cwd=ROOT, env=env, stdout=log, stderr=log))
        log.close()
    try:
        wait_for(lambda: any(p.poll() is not None for p in running) or heartbeats(database) >= len(running))
        said = "\n".join(path.read_text() for path in sorted(tmp_path.glob("*.log")))
        assert [process.poll() for process in running] == [None] * len(running), said
        for process in running:
            process.send_signal(signal.SIGTERM)
        assert [process.wait(10) for process in running] == [0] * len(running)
    finally:
        for process in running:
            process.kill()
            process.wait()


def heartbeats(database: str) -> int:
    """How many processes have said in the database that they live."""
    with psycopg.connect(database.replace("+psycopg", "")) as connection:
        try:
            row = connection.execute("SELECT count(*) FROM processes").fetchone()
        except psycopg.errors.UndefinedTable:
            return 0
    return int(row[0]) if row else 0
