"""`kith restore FILE`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from interactions.errors import UsageProblem, WrongKey
from kith.commands.backup import write_private
from kith.commands.session import agreed, opened, say
from kith.show.plain import plain

if TYPE_CHECKING:
    from interactions.settings import Settings


OWN_KEY = "This Kith keeps its own key: accounts connected with another one have to be connected again."


@click.command("restore")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_context
def command_restore(context: click.Context, file: Path, yes: bool) -> None:
    """Put a backup in place of what is there, while Kith runs or not.

    What you excluded since the backup stays excluded, and whom you had forgotten stays forgotten.
    """
    from interactions.queries.opening import key_id
    from interactions.store import backup

    with opened(context) as session:
        if not file.is_file():
            raise UsageProblem(f"{plain(str(file))} is not there or no file. Give the backup that  kith backup  wrote.")
        question = f"Put {plain(str(file))} in place of everything in {session.settings.data_dir}?"
        if not agreed(question, yes, "This replaces everything stored. To do it without being asked, add  --yes."):
            return
        key_file = file.with_name(file.name + ".key")
        check_key(file, key_file)
        taken = take_key(session.settings, key_file)
        db, _ = session.make()
        again = backup.restore(db, file)
        if taken:
            say("Restored. The key beside the backup is this Kith's key now.")
        else:
            say("Restored." if backup.key_id(file) in ("", key_id(db)) else f"Restored. {OWN_KEY}")
        if again.erased or again.redacted:
            from kith.show.answers import count

            say(
                f"Whoever you had forgotten since is forgotten again: {count(again.erased, 'item')} erased,"
                f" {count(again.redacted, 'item')} of others kept without them. {plain(str(file))} itself still holds"
                " them."
            )


def check_key(file: Path, key_file: Path) -> None:
    """Raises WrongKey when the key beside a backup is not the one it was made with."""
    from interactions.secret import decode_key
    from interactions.store import backup

    made_with = backup.key_id(file)
    if key_file.is_file() and made_with:
        beside = decode_key(key_file.read_text(errors="replace").strip(), str(key_file)).id
        if beside != made_with:
            raise WrongKey(
                f"{plain(str(key_file))} is not the key this backup was made with. Put the right one there, or take "
                "it away: then connected accounts have to be connected again. Nothing was changed."
            )


def take_key(settings: Settings, key_file: Path) -> bool:
    """On a fresh machine the key beside the backup becomes this Kith's; whether it did."""
    from interactions.machine import there
    from interactions.secret import decode_key
    from interactions.store.opening import database_url

    own = settings.data_dir / "secret.key"
    fresh = not (settings.secret_key or there(own) or there(settings.data_dir / "kith.db"))
    if not (fresh and key_file.is_file() and database_url(settings).startswith("sqlite")):
        return False
    text = key_file.read_text(errors="replace").strip()
    decode_key(text, str(key_file))
    settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_private(own, text + "\n")
    return True
