"""`kith up`."""

from __future__ import annotations

import gc

import click

from interactions.errors import AlreadyRunning
from kith.commands.session import opened, tell


@click.command("up")
@click.pass_context
def command_up(context: click.Context) -> int:
    """Run Kith until Ctrl-C: broker, workers and scheduler."""
    from interactions.store.accounts import owner
    from interactions.store.opening import open_database
    from kith.supervisor import Supervisor, service_running

    with opened(context) as session:
        settings = session.settings
        if service_running(settings):
            raise AlreadyRunning(f"Kith runs already on {settings.data_dir}. See how it does:  kith status.")
        # Opened here once, so that a wrong key or a newer database is one sentence and not a worker that keeps dying.
        db = open_database(settings)
        owner(db, settings.owner)
        db.close()
        gc.enable()
        tell(f"Kith runs; its data is in {settings.data_dir}. Ctrl-C stops it, and nothing is lost.")
        return Supervisor(settings).run()
