"""`python -m bench.graph_models`: does a second reader, Microsoft's own, find the same in the sandbox's pages?

Makes an environment of its own in a temporary folder, installs PyPI's `msgraph-sdk` there, reads every page of mail,
events and contacts that a life at the sandbox's Microsoft has, and gives them to the models of that library: no
property may be left over as unknown, and what we read of each has to be there again when it is written out. Ends with
one line of JSON: objects, properties, unknown, lost.
"""

from __future__ import annotations

import json
import ssl
import subprocess
import sys
import tempfile
import textwrap
import urllib.request
import venv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench.ended import ended
from bench.google import sandbox_process
from connectors.microsoft import contact_card, event, message
from connectors.microsoft.entra import client_of
from connectors.microsoft.login import App

_PREFER = 'IdType="ImmutableId", odata.maxpagesize=500, outlook.timezone="UTC"'
#: Run by the other environment: {"message": [objects …], …} on standard input.
_READER = """
import json, sys
from kiota_serialization_json.json_parse_node_factory import JsonParseNodeFactory
from kiota_serialization_json.json_serialization_writer_factory import JsonSerializationWriterFactory
from msgraph.generated.models.contact import Contact
from msgraph.generated.models.event import Event
from msgraph.generated.models.message import Message

MODELS = {"message": Message, "event": Event, "contact": Contact}
ANNOTATIONS = ("@odata.etag", "@removed", "@odata.context")
counts = {"objects": 0, "properties": 0, "unknown": 0, "lost": 0}
examples = []
for kind, objects in json.load(sys.stdin).items():
    for given in objects:
        node = JsonParseNodeFactory().get_root_parse_node("application/json", json.dumps(given).encode())
        read = node.get_object_value(MODELS[kind].create_from_discriminator_value(node))
        writer = JsonSerializationWriterFactory().get_serialization_writer("application/json")
        read.serialize(writer)
        again = json.loads(writer.get_serialized_content())
        unknown = [name for name in read.additional_data if not name.startswith("@")]
        wanted = {name for name, value in given.items() if value not in (None, [], "") and not name.startswith("@")}
        lost = [name for name in wanted if again.get(name) in (None, [], "")]
        counts["objects"] += 1
        counts["properties"] += len(wanted)
        counts["unknown"] += len(unknown)
        counts["lost"] += len(lost)
        examples += [f"{kind}.{name}" for name in unknown + lost]
print(json.dumps({**counts, "examples": sorted(set(examples))[:20]}))
"""


def main() -> int:
    """Print the figures; 1 when anything is unknown or lost."""
    with tempfile.TemporaryDirectory() as folder:
        python = _environment(Path(folder) / "env")
        with sandbox_process("--microsoft", f"{folder}/tls") as sandbox:
            pages = json.dumps(_everything(sandbox["microsoft"]))
        done = subprocess.run(
            [python, "-c", textwrap.dedent(_READER)], input=pages, capture_output=True, text=True, check=False
        )
    if done.returncode:
        print(done.stderr, file=sys.stderr)
        return 1
    print(done.stdout.strip().splitlines()[-1])
    found = json.loads(done.stdout.strip().splitlines()[-1])
    return 1 if found["unknown"] or found["lost"] else 0


def _environment(folder: Path) -> str:
    """A Python that has msgraph-sdk and nothing of ours."""
    venv.create(folder, with_pip=True)
    python = str(folder / "bin" / "python")
    print("installing msgraph-sdk in an environment of its own …", file=sys.stderr)
    subprocess.run([python, "-m", "pip", "install", "--quiet", "msgraph-sdk"], check=True)
    return python


def _everything(said: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """All that the connectors read, as it comes, changes among it."""
    graph = _Graph(said)
    folders = graph.all("me/mailFolders?$top=100")
    mail = [
        one for each in folders
        for one in graph.all(f"me/mailFolders/{each['id']}/messages/delta?$select={message.FIELDS},{message.HEADERS}")
    ]  # fmt: skip
    window = "startDateTime=2026-01-01T00:00:00Z&endDateTime=2027-01-01T00:00:00Z"
    events = [one for each in graph.all("me/calendars")
              for one in graph.all(f"me/calendars/{each['id']}/calendarView/delta?{window}")]  # fmt: skip
    masters = [one["id"] for one in events if one.get("type") == "seriesMaster"]
    events += [graph.get(f"me/events/{id}?$select={event.FIELDS}") for id in masters]
    events += [one for id in masters for one in graph.all(f"me/events/{id}/instances?{window}&$select={event.FIELDS}")]
    contacts = graph.all(f"me/contactFolders/contacts/contacts/delta?$select={contact_card.FIELDS}")
    return {"message": mail, "event": events, "contact": contacts}


class _Graph:
    """The served Graph, asked with a token."""

    def __init__(self, said: dict[str, Any]) -> None:
        from contextlib import closing

        from connectors.http import Http
        from interactions.settings import load_settings
        from sandbox.web import visitor

        self._trusted = ssl.create_default_context(cafile=said["ca_file"])
        self._root = f"{said['url']}/v1.0"
        settings = load_settings(
            {}, microsoft_authority_root=said["url"], microsoft_graph_root=self._root, ca_file=said["ca_file"]
        )
        with closing(Http(settings.microsoft_origins(), Path(said["ca_file"]), 30.0)) as http:
            app = App(settings, http, client_of(said["client_id"], said["tenant"]))
            asked = app.asking("http://localhost:1")
            location = visitor.consent(asked.url, ca_file=said["ca_file"])
            app.answered(asked, location.partition("code=")[2].partition("&")[0])
            self._token = app.token().access_token

    def get(self, path: str) -> dict[str, Any]:
        url = path if path.startswith("https") else f"{self._root}/{path}"
        headers = {"Authorization": f"Bearer {self._token}", "Prefer": _PREFER}
        with urllib.request.urlopen(urllib.request.Request(url, headers=headers), context=self._trusted) as answer:
            found: dict[str, Any] = json.load(answer)
        found.pop("@odata.context", None)
        return found

    def all(self, path: str) -> list[dict[str, Any]]:
        return list(self._pages(path))

    def _pages(self, path: str) -> Iterator[dict[str, Any]]:
        while path:
            page = self.get(path)
            yield from page["value"]
            path = page.get("@odata.nextLink", "")


if __name__ == "__main__":
    sys.exit(ended(main))
