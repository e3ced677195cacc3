"""The sandbox's Microsoft behaves as Graph and Entra are documented to (learn.microsoft.com/graph)."""

from __future__ import annotations

import json
import ssl
import threading
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sandbox.microsoft.server import Running, serve
from sandbox.microsoft.world import CLIENT_ID, TENANT, Microsoft

ANN = "ann@work.example"
SCOPES = ("User.Read", "Mail.ReadBasic", "Calendars.ReadBasic", "Contacts.Read")


class Client:
    """Asks with a token."""

    def __init__(self, microsoft: Microsoft, running: Running, scopes: tuple[str, ...] = SCOPES) -> None:
        self.microsoft, self.running = microsoft, running
        grant = microsoft.grant(microsoft.only(), scopes)
        microsoft.authorization.access["t"] = (grant, 1e12)
        self.trusted = ssl.create_default_context(cafile=running.ca_file)

    def ask(self, path: str, prefer: str = "", body: bytes | None = None, token: str = "t") -> tuple[int, Any, Any]:
        url = path if path.startswith("https") else f"{self.running.url}/v1.0/{path}"
        headers = {"Authorization": f"Bearer {token}", "Prefer": prefer, "Content-Type": "application/json"}
        request = urllib.request.Request(url, data=body, headers=headers)
        try:
            with urllib.request.urlopen(request, context=self.trusted) as answer:
                return answer.status, json.load(answer), answer.headers
        except urllib.error.HTTPError as error:
            with error:
                return error.code, json.load(error), error.headers

    def get(self, path: str, prefer: str = "") -> dict[str, Any]:
        status, found, _ = self.ask(path, prefer)
        assert status == 200, found
        assert isinstance(found, dict)
        return found


@pytest.fixture
def client(tmp_path: Path) -> Iterator[Client]:
    microsoft = Microsoft()
    microsoft.add_account(ANN, "Ann")
    with serve(microsoft, tmp_path / "tls") as running:
        yield Client(microsoft, running)


def letter(number: int) -> list[tuple[str, str]]:
    return [("From", "bo@x.example"), ("To", ANN), ("Subject", f"Matter {number}"), ("Message-ID", f"<{number}@x>")]


def test_only_who_trusts_its_authority_is_served(client: Client) -> None:
    with pytest.raises(urllib.error.URLError, match="CERTIFICATE_VERIFY_FAILED"):
        urllib.request.urlopen(client.running.url)
    folder = client.running.ca_file.parent
    assert (folder / "server.pem").stat().st_mode & 0o077 == 0


def test_discovery_names_every_endpoint_of_a_tenant_that_is_there(client: Client) -> None:
    for tenant in ("common", "organizations", "consumers", TENANT):
        url = f"{client.running.url}/{tenant}/v2.0/.well-known/openid-configuration"
        status, found, _ = client.ask(url)
        assert status == 200
        for name in (
            "authorization_endpoint",
            "token_endpoint",
            "device_authorization_endpoint",
            "end_session_endpoint",
        ):
            assert found[name].startswith(f"{client.running.url}/{tenant}/")
    assert client.ask(f"{client.running.url}/nowhere/v2.0/.well-known/openid-configuration")[0] == 400


def test_without_a_token_or_a_permission_nothing_is_told(client: Client) -> None:
    assert client.ask("me", token="other")[1]["error"]["code"] == "InvalidAuthenticationToken"
    client.microsoft.authorization.access["t"][0].scopes = ("User.Read",)
    status, found, _ = client.ask("me/mailFolders")
    assert (status, found["error"]["code"]) == (403, "ErrorAccessDenied")


def test_a_page_is_as_large_as_each_request_prefers_and_links_are_absolute(client: Client) -> None:
    for number in range(7):
        client.microsoft.only().mailbox.deliver(letter(number))
    path = "me/mailFolders/inbox/messages/delta?$select=subject"
    page = client.get(path, "odata.maxpagesize=3")
    assert len(page["value"]) == 3
    assert page["@odata.nextLink"].startswith(
        f"{client.running.url}/v1.0/me/mailFolders/inbox/messages/delta?$skiptoken="
    )
    second = client.get(page["@odata.nextLink"], "odata.maxpagesize=1")
    assert len(second["value"]) == 1, "the preference is no part of the link"
    last = client.get(second["@odata.nextLink"], "odata.maxpagesize=50")
    assert set(last["value"][0]) == {"id", "subject", "@odata.etag"}, "what was selected is"
    assert "@odata.deltaLink" in last
    assert client.get(last["@odata.deltaLink"])["value"] == []


def test_ids_stay_when_mail_moves_only_where_that_is_preferred(client: Client) -> None:
    box = client.microsoft.only().mailbox
    one = box.deliver(letter(1))
    stays, path = 'IdType="ImmutableId"', "me/mailFolders/{}/messages/delta?$select=subject"
    before = client.get(path.format("inbox"))["value"][0]["id"]
    assert client.get(path.format("inbox"), stays)["value"][0]["id"] == one != before
    link = client.get(path.format("inbox"), stays)["@odata.deltaLink"]
    box.move(one, "archive")
    assert client.get(path.format("archive"), stays)["value"][0]["id"] == one
    assert client.get(path.format("archive"))["value"][0]["id"] != before
    [gone] = client.get(link, stays)["value"]
    assert (gone["id"], gone["@removed"]) == (one, {"reason": "deleted"})


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("me/messages/delta", "ErrorInvalidUrlQuery"),
        ("me/mailFolders/inbox/messages/delta?$search=x", "ErrorInvalidUrlQuery"),
        ("me/mailFolders/inbox/messages/delta?$orderby=subject", "ErrorInvalidUrlQueryFilter"),
        ("me/calendars/{calendar}/calendarView/delta", "ErrorInvalidParameter"),
        ("me/calendars/{calendar}/calendarView/delta?{long}", "ErrorInvalidRange"),
        ("me/calendars/{calendar}/calendarView/delta?{short}&$select=subject", "ErrorInvalidUrlQuery"),
    ],
)
def test_what_a_delta_query_does_not_support_is_refused(client: Client, path: str, code: str) -> None:
    window = "startDateTime=2020-01-01T00:00:00Z&endDateTime={}-01-01T00:00:00Z"
    calendar = client.microsoft.only().calendars.book().id
    asked = path.format(calendar=calendar, long=window.format(2025), short=window.format(2021))
    status, found, _ = client.ask(asked)
    assert (status, found["error"]["code"]) == (400, code)


@pytest.mark.parametrize(
    "path",
    [
        "me/mailFolders/inbox/messages/delta?$select=subject",
        "me/calendars/{calendar}/calendarView/delta?startDateTime=2020-01-01T00:00:00Z&endDateTime=2021-01-01T00:00:00Z",
    ],
)
def test_a_forgotten_link_is_gone_and_names_no_other_fault(client: Client, path: str) -> None:
    # learn.microsoft.com/graph/delta-query-overview: 410 Gone, begin anew
    link = client.get(path.format(calendar=client.microsoft.only().calendars.book().id))["@odata.deltaLink"]
    client.microsoft.walks.forget()
    status, found, headers = client.ask(link)
    assert (status, found["error"]["code"]) == (410, "syncStateNotFound")
    assert "Location" in headers


def test_times_come_in_the_preferred_zone_or_the_mailboxs_own(client: Client) -> None:
    calendars = client.microsoft.only().calendars
    calendars.put("Lunch", "2026-07-01T10:00:00+00:00")
    path = f"me/calendars/{calendars.book().id}/calendarView/delta?startDateTime=2026-01-01T00:00:00Z" \
           "&endDateTime=2027-01-01T00:00:00Z"  # fmt: skip
    [local] = client.get(path)["value"]
    assert local["start"] == {"dateTime": "2026-07-01T12:00:00.0000000", "timeZone": "W. Europe Standard Time"}
    [utc] = client.get(path, 'outlook.timezone="UTC"')["value"]
    assert utc["start"] == {"dateTime": "2026-07-01T10:00:00.0000000", "timeZone": "UTC"}


def test_a_series_is_not_split_over_pages(client: Client) -> None:
    calendars = client.microsoft.only().calendars
    starts = [f"2026-03-{day:02}T09:00:00+00:00" for day in range(1, 21)]
    calendars.put("Daily", starts[0], starts=starts)
    calendars.put("Lunch", starts[0])
    path = f"me/calendars/{calendars.book().id}/calendarView/delta?startDateTime=2026-01-01T00:00:00Z" \
           "&endDateTime=2027-01-01T00:00:00Z"  # fmt: skip
    page = client.get(path, "odata.maxpagesize=5")
    assert [one["type"] for one in page["value"]] == ["seriesMaster"] + ["occurrence"] * 20
    assert set(page["value"][1]) == {"@odata.type", "id", "type", "seriesMasterId", "start", "end"}


def test_a_fifth_request_at_once_is_refused_with_when_to_come_back(client: Client) -> None:
    client.microsoft.delay = 1.0
    answers: list[tuple[int, Any, Any]] = []
    threads = [threading.Thread(target=lambda: answers.append(client.ask("me"))) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    refused = [one for one in answers if one[0] == 429]
    assert 1 <= len(refused) <= 2
    assert refused[0][1]["error"]["code"] == "ApplicationThrottled"
    assert refused[0][2]["Retry-After"] == "1"


def test_a_batch_answers_each_part_by_itself_in_any_order_and_takes_twenty(client: Client) -> None:
    parts = [{"id": str(number), "method": "GET", "url": "/me" if number % 2 else "/me/events/none"}
             for number in range(20)]  # fmt: skip
    _, found, _ = client.ask("$batch", body=json.dumps({"requests": parts}).encode())
    statuses = {int(one["id"]): one["status"] for one in found["responses"]}
    assert statuses == {number: 200 if number % 2 else 404 for number in range(20)}
    assert [one["id"] for one in found["responses"]] != [one["id"] for one in parts]
    more = [*parts, {"id": "x", "method": "GET", "url": "/me"}]
    assert client.ask("$batch", body=json.dumps({"requests": more}).encode())[0] == 400


def test_refresh_tokens_rotate_and_the_old_one_stays_good(client: Client) -> None:
    grant = client.microsoft.grant(client.microsoft.only(), SCOPES)
    first = grant.refresh_token

    def renew(token: str) -> Any:
        form = {"client_id": CLIENT_ID, "grant_type": "refresh_token", "refresh_token": token}
        url = f"{client.running.url}/common/oauth2/v2.0/token"
        with urllib.request.urlopen(url, urllib.parse.urlencode(form).encode(), context=client.trusted) as answer:
            return json.load(answer)

    second = renew(first)["refresh_token"]
    assert second != first
    assert renew(first)["access_token"]
    assert renew(second)["access_token"]


def test_it_can_be_steered_from_another_process(client: Client) -> None:
    def steer(what: str, given: dict[str, Any] | None = None) -> Any:
        body = None if given is None else json.dumps(given).encode()
        with urllib.request.urlopen(f"{client.running.url}/control/{what}", body, context=client.trusted) as answer:
            return json.load(answer)

    one = steer("change", {"part": "mailbox", "do": "deliver", "with": {"headers": letter(1)}})["done"]
    assert steer("truth")["mail"] == {one: "Inbox"}
    steer("set", {"delay": 0.0, "concurrent": 2, "mode": "admin"})
    assert (client.microsoft.throttle.concurrent, client.microsoft.authorization.mode) == (2, "admin")
    steer("fault", {"kind": "500", "route": "graph.me"})
    assert client.ask("me")[0] == 500
    assert steer("state")["faults"] == {"500": 1}
    steer("tokens", {"do": "expire"})
    assert client.ask("me")[0] == 401
