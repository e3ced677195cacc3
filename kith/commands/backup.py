"""`kith backup FILE`."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from interactions.errors import StoreProblem, UsageProblem
from kith.commands.session import NothingYet, Session, opened, say

if TYPE_CHECKING:
    from interactions.store.database import Database


@click.command("backup")
@click.argument("file", type=click.Path(path_type=Path))
@click.pass_context
def command_backup(context: click.Context, file: Path) -> None:
    """Write a backup, while Kith runs or not. The key goes into a file of its own beside it."""
    from interactions.secret import encode_key, load_key
    from interactions.store import backup
    from kith.show.plain import plain

    key_file = file.with_name(file.name + ".key")
    with opened(context) as session:
        check_new(file)
        check_new(key_file)
        db = _opened(session)
        key = encode_key(load_key(session.settings))
        size = backup.write(db, file)
        write_private(key_file, key + "\n")
        say([
            f"Backup written: {plain(str(file))} ({size / 1e6:,.1f} MB).",
            f"Its key is apart: {plain(str(key_file))}. Keep it elsewhere: whoever has both can use the logins in it,",
            "and without the key they cannot be used at all.",
        ])  # fmt: skip


def _opened(session: Session) -> Database:
    try:
        return session.db
    except NothingYet:
        raise NothingYet("There is nothing to back up yet.") from None


def check_new(file: Path) -> None:
    """Raises UsageProblem unless a file can be made there, before any work is done."""
    from kith.show.plain import plain

    shown = plain(str(file))
    if file.exists() or file.is_symlink():
        raise UsageProblem(f"{shown} exists already. Choose another name for the backup.")
    folder = file.parent
    if not folder.is_dir():
        raise UsageProblem(f"There is no folder {plain(str(folder))}. Make it, or choose another place.")
    if not os.access(folder, os.W_OK | os.X_OK):
        raise UsageProblem(f"Nothing may be written in {plain(str(folder))}. Choose another place.")


def write_private(file: Path, text: str) -> None:
    """Write a new file that only this user may read. Raises StoreProblem."""
    try:
        handle = os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with os.fdopen(handle, "w") as out:
            out.write(text)
            out.flush()
            os.fsync(out.fileno())
    except OSError as error:
        raise StoreProblem(
            f"The key {file} cannot be written: {error.strerror}. Copy it from the data folder."
        ) from None
