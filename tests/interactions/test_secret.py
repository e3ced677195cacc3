"""The master key and sealing with it."""

from __future__ import annotations

import base64
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interactions.errors import BrokenDatabase, KithError, UsageProblem, WrongKey
from interactions.secret import KEY_BYTES, Key, decode_key, encode_key, load_key, open_sealed, seal, sealed_with
from interactions.settings import Settings, load_settings

KEY = Key(bytes(range(KEY_BYTES)))
OTHER = Key(bytes(KEY_BYTES))


def settings_in(folder: Path, **more: str) -> Settings:
    return load_settings({}, data_dir=folder, **more)


def test_the_first_run_makes_a_private_key_and_the_next_reads_it(tmp_path: Path) -> None:
    key = load_key(settings_in(tmp_path))
    assert len(key.bytes) == KEY_BYTES
    assert (tmp_path / "secret.key").stat().st_mode & 0o777 == 0o600
    assert load_key(settings_in(tmp_path)) == key
    assert os.listdir(tmp_path) == ["secret.key"]


def test_first_runs_at_the_same_time_end_with_one_key(tmp_path: Path) -> None:
    code = (
        "import sys; from interactions.settings import load_settings; from interactions.secret import load_key;"
        "sys.stdin.read(1); print(load_key(load_settings({}, data_dir=sys.argv[1])).id)"
    )
    racers = [
        subprocess.Popen(
            [sys.executable, "-c", code, tmp_path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for _ in range(4)
    ]
    for racer in racers:
        assert racer.stdin
        racer.stdin.write("g")
        racer.stdin.flush()
    assert len({racer.communicate()[0] for racer in racers}) == 1
    assert [racer.returncode for racer in racers] == [0] * 4


def test_a_key_in_the_settings_wins_and_makes_no_file(tmp_path: Path) -> None:
    assert load_key(settings_in(tmp_path, secret_key=encode_key(KEY))) == KEY
    urlsafe = base64.urlsafe_b64encode(b"\xff" * KEY_BYTES).decode()
    assert load_key(settings_in(tmp_path, secret_key=f" {urlsafe}\n")).bytes == b"\xff" * KEY_BYTES
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "is empty"),
        ("AAAA", "is 3 bytes long"),
        (base64.b64encode(b"x" * 64).decode(), "is 64 bytes long"),
        ("correct horse battery staple", "is not base64"),
        ("ключ", "is not base64"),
    ],
)
def test_a_key_that_cannot_be_one_is_refused_without_repeating_it(text: str, told: str) -> None:
    with pytest.raises(UsageProblem, match=told) as caught:
        decode_key(text, "KITH_SECRET_KEY")
    assert "horse" not in str(caught.value)


def test_an_empty_key_file_is_refused_and_kept(tmp_path: Path) -> None:
    (tmp_path / "secret.key").touch(0o600)
    with pytest.raises(UsageProblem, match=r"secret\.key is empty"):
        load_key(settings_in(tmp_path))
    assert (tmp_path / "secret.key").read_bytes() == b""


def test_a_key_file_open_to_everybody_is_refused(tmp_path: Path) -> None:
    load_key(settings_in(tmp_path))
    (tmp_path / "secret.key").chmod(0o644)
    with pytest.raises(UsageProblem, match="chmod 600"):
        load_key(settings_in(tmp_path))


def test_another_key_than_the_databases_is_refused(tmp_path: Path) -> None:
    with pytest.raises(WrongKey, match="not the one this database was made with"):
        load_key(settings_in(tmp_path, secret_key=encode_key(KEY)), expected_id=OTHER.id)
    assert load_key(settings_in(tmp_path, secret_key=encode_key(KEY)), expected_id=KEY.id) == KEY


def test_a_lost_key_file_is_not_replaced_when_the_database_knows_one(tmp_path: Path) -> None:
    with pytest.raises(WrongKey, match="is gone"):
        load_key(settings_in(tmp_path), expected_id=KEY.id)
    assert not list(tmp_path.iterdir())


def test_a_folder_that_is_not_there_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(KithError, match="cannot be used"):
        load_key(settings_in(tmp_path / "none"))


def test_the_id_tells_keys_apart_and_the_key_is_never_shown() -> None:
    assert KEY.id != OTHER.id
    assert KEY.id not in KEY.bytes.hex()
    assert repr(KEY) == "Key()"


@given(plain=st.binary(max_size=2000), bound=st.text(max_size=50))
def test_what_is_sealed_opens_with_its_key_at_its_place_only(plain: bytes, bound: str) -> None:
    sealed = seal(KEY, plain, bound)
    assert open_sealed(KEY, sealed, bound) == plain
    assert sealed_with(sealed) == KEY.id
    with pytest.raises(WrongKey):
        open_sealed(OTHER, sealed, bound)
    with pytest.raises(BrokenDatabase):
        open_sealed(KEY, sealed, bound + "'")


def test_the_same_value_never_looks_the_same_twice() -> None:
    assert len({seal(KEY, b"token", "row 1") for _ in range(50)}) == 50


@given(data=st.data())
def test_any_changed_byte_is_noticed(data: st.DataObject) -> None:
    sealed = bytearray(seal(KEY, b"token", "row 1"))
    at = data.draw(st.integers(0, len(sealed) - 1))
    sealed[at] ^= data.draw(st.integers(1, 255))
    with pytest.raises((BrokenDatabase, WrongKey)):
        open_sealed(KEY, bytes(sealed), "row 1")


@pytest.mark.parametrize("sealed", [b"", b"\x01", b"plain token, never sealed", b"\x02" + bytes(60)])
def test_a_value_that_was_never_sealed_is_never_taken_as_it_stands(sealed: bytes) -> None:
    with pytest.raises(BrokenDatabase):
        open_sealed(KEY, sealed, "row 1")
