"""`python -m sandbox`: a Google on this machine, and with --microsoft a Microsoft beside it, until SIGTERM, Ctrl-C or,
with --with-parent, the end of its input."""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import threading
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from typing import Any

from sandbox.google.mail_sources import generated
from sandbox.google.server import serve
from sandbox.google.world import Google
from sandbox.life import make_life
from sandbox.truth import write_truth

#: Blocked in every thread and waited for, so none is lost between two steps.
ENDS = (signal.SIGTERM, signal.SIGINT)


def main(arguments: list[str] | None = None) -> int:
    """Serve; the first line of output says where, as JSON."""
    chosen = _chosen(arguments)
    signal.pthread_sigmask(signal.SIG_BLOCK, ENDS)
    if chosen.with_parent:
        threading.Thread(target=_parent, daemon=True).start()
    google = _google(chosen)
    with ExitStack() as stack:
        running = stack.enter_context(serve(google, chosen.port))
        account = google.only()
        said: dict[str, Any] = {
            "url": running.url, "client": google.client_json(running.url), "address": account.address,
            "subject": account.subject, "messages": len(account.mailbox.messages),
        }  # fmt: skip
        if chosen.microsoft is not None:
            said["microsoft"] = _microsoft(chosen, stack)
        print(json.dumps(said), flush=True)
        signal.sigwait(ENDS)
    return 0


def _google(chosen: argparse.Namespace) -> Google:
    google = Google()
    google.delay, google.quota.rate = chosen.delay, chosen.rate / 6_000
    if chosen.messages:
        address = "ann@example.org"
        messages = 1 if chosen.microsoft is not None else chosen.messages
        google.add_account(address, "Ann", generated(address, messages, min(chosen.threads, messages), chosen.seed))
        return google
    life = make_life(chosen.seed, chosen.end)
    google.add_life(life, "" if chosen.microsoft is None else "private")
    if chosen.truth is not None:
        write_truth(life, chosen.truth)
    return google


def _microsoft(chosen: argparse.Namespace, stack: ExitStack) -> dict[str, Any]:
    """Start it with the life's half at work, or with generated mail; what is to be said of it."""
    from sandbox.microsoft import generated as mails
    from sandbox.microsoft.server import serve as serve_microsoft
    from sandbox.microsoft.world import CLIENT_ID, Microsoft

    microsoft = Microsoft(delay=chosen.delay)
    if chosen.messages:
        address = "ann@work.example"
        microsoft.add_account(address, "Ann", mails.generated(address, chosen.messages, seed=chosen.seed))
    else:
        microsoft.add_life(make_life(chosen.seed, chosen.end), "work")
    running = stack.enter_context(serve_microsoft(microsoft, chosen.microsoft))
    account = microsoft.only()
    return {
        "url": running.url, "ca_file": str(running.ca_file), "client_id": CLIENT_ID, "tenant": account.tid,
        "address": account.address, "subject": account.subject, "messages": len(account.mailbox.messages),
    }  # fmt: skip


def _chosen(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m sandbox", description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--end", type=date.fromisoformat, metavar="YYYY-MM-DD", help="last day of the life")
    parser.add_argument("--truth", type=Path, metavar="FILE", help="write what a reader of the life should find")
    parser.add_argument("--microsoft", type=Path, metavar="FOLDER", help="a Microsoft too, with its certificates there")
    parser.add_argument("--messages", type=int, default=0, help="as many generated mails instead of a life")
    parser.add_argument("--threads", type=int, default=8_500)
    parser.add_argument("--rate", type=float, default=6_000, help="Gmail units a minute and user")
    parser.add_argument("--delay", type=float, default=0.0, help="seconds before every answer")
    parser.add_argument("--with-parent", action="store_true", help="end when standard input does")
    return parser.parse_args(arguments)


def _parent() -> None:
    while os.read(sys.stdin.fileno(), 4_096):
        pass
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    sys.exit(main())
