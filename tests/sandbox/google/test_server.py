"""The sandbox behaves as Google does: consent, tokens, scopes, quota, batches, faults; asked by clients not ours."""

from __future__ import annotations

import http.client
import json
import threading
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from sandbox.google import fields
from sandbox.google.oauth import CLIENT_ID, CLIENT_SECRET
from sandbox.google.quota import Quota
from sandbox.google.server import Running, serve
from sandbox.google.world import Google
from sandbox.web import visitor

METADATA = "https://www.googleapis.com/auth/gmail.metadata"
VERIFIER = "v" * 43
#: base64url(SHA-256(VERIFIER)), RFC 7636 §4.2.
CHALLENGE = "7w_YNF9DSfIdPf_pRjSq646_kPr-2-o9NAl16JGghdM"


@pytest.fixture
def google() -> Google:
    made = Google()
    made.add_account("ann@example.org")
    return made


@pytest.fixture
def running(google: Google) -> Iterator[Running]:
    with serve(google) as made:
        yield made


def ask(
    running: Running, method: str, path: str, body: str | None = None, **headers: str
) -> tuple[int, dict[str, str], bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", running.port, timeout=10)
    try:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, body, sent)
        answer = connection.getresponse()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
    finally:
        connection.close()


def question(running: Running, **changes: str) -> str:
    words = {
        "client_id": CLIENT_ID, "redirect_uri": "http://127.0.0.1:9/", "response_type": "code", "state": "s",
        "scope": f"openid email {METADATA}", "code_challenge": CHALLENGE, "code_challenge_method": "S256", **changes,
    }  # fmt: skip
    return f"{running.url}/o/oauth2/v2/auth?{urlencode(words)}"


def exchange(running: Running, code: str, **changes: str) -> tuple[int, Any]:
    form = {
        "grant_type": "authorization_code", "code": code, "redirect_uri": "http://127.0.0.1:9/",
        "client_id": CLIENT_ID, "client_secret": CLIENT_SECRET, "code_verifier": VERIFIER, **changes,
    }  # fmt: skip
    status, _, body = ask(running, "POST", "/token", urlencode(form))
    return status, json.loads(body)


def code_of(location: str) -> str:
    return parse_qs(urlsplit(location).query)["code"][0]


def token(running: Running, **answer: Any) -> Any:
    status, found = exchange(running, code_of(visitor.consent(question(running), **answer)))
    assert status == 200, found
    return found


def test_a_consent_gives_a_code_and_the_code_gives_tokens_once(running: Running) -> None:
    location = visitor.consent(question(running))
    status, found = exchange(running, code_of(location))
    assert status == 200
    assert set(found) == {"access_token", "expires_in", "refresh_token", "scope", "token_type", "id_token"}
    assert exchange(running, code_of(location))[0] == 400


@pytest.mark.parametrize(
    "changes",
    [{"code_verifier": "w" * 43}, {"client_secret": "x"}, {"redirect_uri": "http://127.0.0.1:8/"}, {"code": "4/x"}],
    ids=lambda one: next(iter(one)),
)
def test_a_code_is_good_only_for_whoever_asked(running: Running, changes: dict[str, str]) -> None:
    code = code_of(visitor.consent(question(running)))
    assert exchange(running, **{"code": code, **changes})[0] in (400, 401)


@pytest.mark.parametrize(
    "changes",
    [
        {"client_id": "x"}, {"redirect_uri": "https://evil.example/"}, {"response_type": "token"},
        {"code_challenge": ""}, {"code_challenge_method": "plain"}, {"scope": "everything"},
    ],
    ids=lambda one: next(iter(one)),
)  # fmt: skip
def test_a_question_put_wrongly_gets_no_page_to_agree_to(running: Running, changes: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="400"):
        visitor.consent(question(running, **changes))


def test_boxes_can_be_unticked_and_consent_refused(running: Running) -> None:
    assert token(running, untick=["gmail.metadata"])["scope"] == "openid email"
    location = visitor.consent(question(running), decision="cancel")
    assert "error=access_denied" in location
    assert "state=s" in location


def test_an_expired_or_revoked_token_opens_nothing(google: Google, running: Running) -> None:
    found = token(running)
    path, bearer = "/gmail/v1/users/me/profile", f"Bearer {found['access_token']}"
    assert ask(running, "GET", path, Authorization=bearer)[0] == 200
    google.authorization.expire()
    assert ask(running, "GET", path, Authorization=bearer)[0] == 401
    form = {"grant_type": "refresh_token", "refresh_token": found["refresh_token"], "client_id": CLIENT_ID,
            "client_secret": CLIENT_SECRET}  # fmt: skip
    status, _, body = ask(running, "POST", "/token", urlencode(form))
    assert status == 200
    assert "refresh_token" not in json.loads(body)
    assert ask(running, "POST", "/revoke", urlencode({"token": found["refresh_token"]}))[0] == 200
    status, _, body = ask(running, "POST", "/token", urlencode(form))
    assert (status, json.loads(body)["error"]) == (400, "invalid_grant")


def test_under_gmail_metadata_bodies_and_searches_are_refused(google: Google, running: Running) -> None:
    bearer = f"Bearer {token(running)['access_token']}"
    id = google.only().mailbox.deliver([("Subject", "x")])
    for path, said in (
        ("messages?q=", "'q' parameter"), ("messages?q=in:inbox", "'q' parameter"),
        (f"messages/{id}?format=full", "format FULL"), (f"messages/{id}", "format FULL"),
        (f"messages/{id}?format=raw", "format RAW"), (f"threads/{id}?format=full", "format FULL"),
    ):  # fmt: skip
        status, _, body = ask(running, "GET", f"/gmail/v1/users/me/{path}", Authorization=bearer)
        assert status == 403, path
        assert said in json.loads(body)["error"]["message"]
    assert ask(running, "GET", "/v1/people/me/connections?personFields=names", Authorization=bearer)[0] == 403


def test_googles_own_client_reads_it_batches_too(google: Google, running: Running) -> None:
    import httplib2
    from googleapiclient.discovery import build_from_document

    from connectors.google.api import _document

    bearer = f"Bearer {token(running)['access_token']}"

    class Authorized(httplib2.Http):  # type: ignore[misc]
        def request(self, uri: str, method: str = "GET", body: Any = None, headers: Any = None, **more: Any) -> Any:
            return super().request(uri, method, body, {**(headers or {}), "authorization": bearer}, **more)

    ids = [google.only().mailbox.deliver([("Subject", f"Mail {number}")]) for number in range(5)]
    transport = Authorized()
    service = build_from_document(_document("gmail", "v1", f"{running.url}/"), http=transport)
    listed = service.users().messages().list(userId="me").execute()
    assert [one["id"] for one in listed["messages"]] == ids[::-1]
    found: dict[str, Any] = {}

    def take(id: str, answer: Any, error: Exception | None) -> None:
        found[id] = error or answer["payload"]["headers"][0]["value"]

    batch = service.new_batch_http_request(callback=take)
    for id in ids:
        batch.add(service.users().messages().get(userId="me", id=id, format="metadata"), request_id=id)
    batch.add(service.users().messages().get(userId="me", id="gone", format="metadata"), request_id="gone")
    batch.execute()
    transport.close()
    assert [found[id] for id in ids] == [f"Mail {number}" for number in range(5)]
    assert "404" in str(found["gone"])


def test_partial_responses_hold_what_was_asked_for(running: Running, google: Google) -> None:
    bearer = f"Bearer {token(running)['access_token']}"
    google.only().mailbox.deliver([("Subject", "x"), ("From", "y")])
    _, _, body = ask(
        running, "GET", "/gmail/v1/users/me/messages?fields=messages/threadId,resultSizeEstimate", Authorization=bearer
    )
    answer = json.loads(body)
    assert set(answer) == {"messages", "resultSizeEstimate"}
    assert set(answer["messages"][0]) == {"threadId"}
    assert ask(running, "GET", "/gmail/v1/users/me/messages?fields=((", Authorization=bearer)[0] == 400


@pytest.mark.parametrize(
    ("mask", "left"),
    [
        ("a", {"a": 1}), ("b(c)", {"b": [{"c": 2}]}), ("b/d", {"b": [{"d": 3}]}),
        ("*", {"a": 1, "b": [{"c": 2, "d": 3}]}),
        ("a,b(c,d)", {"a": 1, "b": [{"c": 2, "d": 3}]}), ("x", {}),
    ],
)  # fmt: skip
def test_masks(mask: str, left: Any) -> None:
    assert fields.masked({"a": 1, "b": [{"c": 2, "d": 3}]}, fields.parsed(mask)) == left


def test_quota_is_counted_in_any_sixty_seconds_and_refusals_are_free() -> None:
    quota = Quota()
    assert all(quota.charge("ann", "gmail.messages.get") is None for _ in range(300))
    refusal = quota.charge("ann", "gmail.messages.get")
    assert refusal is not None
    assert refusal.status == 403
    assert b"Queries per minute per user" in refusal.body
    assert quota.charge("bob", "gmail.messages.get") is None, "each user has their own"
    assert quota.units() == 301 * 20
    assert quota.refused == 1
    quota._recent["gmail:ann"].forget(time.monotonic())
    assert quota.charge("ann", "gmail.threads.get") is None


def test_too_many_at_once_are_refused_when_a_limit_is_set(google: Google, running: Running) -> None:
    google.quota.concurrent = 2
    bearer = f"Bearer {token(running)['access_token']}"
    parts = "".join(
        f"--b\r\nContent-Type: application/http\r\nContent-ID: <{n}>\r\n\r\n"
        "GET /gmail/v1/users/me/profile HTTP/1.1\r\n\r\n\r\n" for n in range(3)
    )  # fmt: skip
    _, _, body = ask(
        running, "POST", "/batch", parts + "--b--", Authorization=bearer, Content_Type="multipart/mixed; boundary=b"
    )
    assert body.count(b"Too many concurrent requests for user") == 3 * 2


def test_a_control_request_steers_and_is_not_recorded(google: Google, running: Running) -> None:
    change = {"part": "mailbox", "do": "deliver", "with": {"headers": [["Subject", "x"]]}}
    status, _, body = ask(running, "POST", "/control/change", json.dumps(change))
    assert status == 200
    assert json.loads(body)["done"] in google.only().mailbox.messages
    assert ask(running, "POST", "/control/fault", json.dumps({"kind": "no such"}))[0] == 400
    assert ask(running, "GET", "/control/truth")[0] == 200
    assert google.recording.copy() == []


def test_many_connections_are_answered_at_once(google: Google, running: Running) -> None:
    google.delay = 0.3
    started = time.monotonic()
    threads = [threading.Thread(target=ask, args=(running, "GET", "/v1/userinfo")) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert time.monotonic() - started < 2.0
