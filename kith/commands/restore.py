"""`kith restore FILE`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from interactions.errors import UsageProblem
from kith.commands.backup import write_private
from kith.commands.session import agreed, opened, say
from kith.show.plain import plain

if TYPE_CHECKING:
    from interactions.settings import Settings


@click.command("restore")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_context
def command_restore(context: click.Context, file: Path, yes: bool) -> None:
    """Put a backup in place of what is there, while Kith runs or not.

    What you excluded since the backup stays excluded.
    """
    from interactions.store import backup

    with opened(context) as session:
        if not file.is_file():
            raise UsageProblem(f"{plain(str(file))} is not there or no file. Give the backup that  kith backup  wrote.")
        question = f"Put {plain(str(file))} in place of everything in {session.settings.data_dir}?"
        if not agreed(question, yes, "This replaces everything stored. To do it without being asked, add  --yes."):
            return
        taken = take_key(session.settings, file.with_name(file.name + ".key"))
        db, _ = session.make()
        backup.restore(db, file)
        say("Restored." + (" The key beside the backup is this Kith's key now." if taken else ""))


def take_key(settings: Settings, key_file: Path) -> bool:
    """On a fresh machine the key beside the backup becomes this Kith's; whether it did."""
    from interactions.secret import decode_key
    from interactions.store.opening import database_url

    there = settings.data_dir / "secret.key"
    fresh = not (settings.secret_key or there.exists() or (settings.data_dir / "kith.db").exists())
    if not (fresh and key_file.is_file() and database_url(settings).startswith("sqlite")):
        return False
    text = key_file.read_text(errors="replace").strip()
    decode_key(text, str(key_file))
    settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_private(there, text + "\n")
    return True
