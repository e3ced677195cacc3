"""`kith setup google [FILE]`, `kith setup microsoft [CLIENT_ID]`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from interactions.errors import UsageProblem
from kith import microsoft_setup
from kith.commands.session import opened, say
from kith.show.plain import plain

#: Larger than any client file.
_FILE_MAX = 64 * 1024
_APIS = (("Gmail API", "gmail"), ("Google Calendar API", "calendar-json"), ("People API", "people"))
_CONSOLE = "https://console.cloud.google.com"


@click.command("setup")
@click.argument("provider", type=click.Choice(["google", "microsoft"]))
@click.argument("client", required=False, metavar="[FILE|CLIENT_ID]")
@click.option("--tenant", default="", metavar="TENANT", help="Microsoft: your directory's id or domain, or consumers.")
@click.pass_context
def command_setup(context: click.Context, provider: str, client: str | None, tenant: str) -> None:
    """Tell Kith your own client at Google or Microsoft; without one: how to make it, step by step.

    Of Google it is the JSON FILE that Google's console gives for it (- for standard input), of Microsoft the
    application's CLIENT_ID. Kith comes with no client of its own, so nobody but you and your provider is in between.
    """
    if client is None:
        say(microsoft_setup.steps() if provider == "microsoft" else steps())
        return
    if tenant and provider != "microsoft":
        raise UsageProblem("--tenant is of Microsoft's clients alone.")
    import msgspec

    from interactions.store import connections, credentials

    if provider == "microsoft":
        from connectors.microsoft import entra

        registered = entra.client_of(client, tenant or "common")
        stored, told = msgspec.json.encode(registered), microsoft_setup.after(registered.tenant)
    else:
        from connectors.google.oauth import client_of

        downloaded = client_of(_read(Path(client)))
        stored = msgspec.json.encode(downloaded)
        named = f"Kith asks Google as your client of project {plain(downloaded.project_id)} from now on."
        told = [named, "", *after(downloaded.project_id)]
    with opened(context) as session:
        db, owner_id = session.make()
        before = credentials.load_client(db, session.key, provider)
        credentials.save_client(db, session.key, provider, stored)
        if before not in (None, stored) and connections.connected(db, owner_id, provider):
            told[1:1] = ["", "The client is another one than before: connect your accounts again."]
        say(told)


def _read(file: Path) -> bytes:
    if str(file) == "-":
        return sys.stdin.buffer.read(_FILE_MAX)
    try:
        with file.open("rb") as opened_file:
            return opened_file.read(_FILE_MAX)
    except OSError as error:
        raise UsageProblem(f"{file} cannot be read: {error.strerror}.") from None


def steps() -> list[str]:
    """All of it, from nothing."""
    return [
        "Your own Google client, in ten minutes and for nothing. You do this once.",
        "",
        f" 1  Open {_CONSOLE}/projectcreate  and make a project; its name is for you alone.",
        " 2  Switch on three APIs for it:",
        *(f"      {name:<22} {_CONSOLE}/apis/library/{id}.googleapis.com" for name, id in _APIS),
        f" 3  Open {_CONSOLE}/auth/overview  (Google Auth Platform) and choose Get started: a name, your address,",
        "    audience External.",
        " 4  Under Audience choose Publish app. Left in Testing, Google ends every consent after 7 days.",
        "    You need no verification: the app is yours, for fewer than 100 people.",
        f" 5  Open {_CONSOLE}/auth/clients  , Create client, type Desktop app, and download its JSON file.",
        " 6  Run  kith setup google FILE  with that file. Then you can delete it.",
    ]


def after(project: str) -> list[str]:
    """What is left to do, with links into the owner's project."""
    named = "".join(c for c in project if c.isalnum() or c in "-:.")
    return [
        "Before you connect, make sure that",
        *(f"  - {name} is on:  {_CONSOLE}/apis/library/{id}.googleapis.com?project={named}" for name, id in _APIS),
        f"  - the app is published:  {_CONSOLE}/auth/audience?project={named}",
        "    (left in Testing, Google ends every consent after 7 days)",
        "When you connect, Google says that it has not verified this app. It is yours: choose Advanced, then Go to it.",
        "",
        "Next:  kith connect google",
    ]
