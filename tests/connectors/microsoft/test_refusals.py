"""Graph's error answers (learn.microsoft.com/graph/errors): what each means, whatever its status."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from connectors.http import Response
from connectors.microsoft.refusals import read
from connectors.refusal import Means

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)


def answer(status: int, code: str = "", message: str = "", **headers: str) -> tuple[Response, bytes]:
    fields = [(name.replace("_", "-"), value) for name, value in headers.items()]
    return Response(status, "", fields), json.dumps({"error": {"code": code, "message": message}}).encode()


@pytest.mark.parametrize(
    ("status", "code", "means"),
    [
        (410, "", Means.EXPIRED), (410, "syncStateNotFound", Means.EXPIRED), (400, "resyncRequired", Means.EXPIRED),
        (400, "SyncStateNotFound", Means.EXPIRED), (404, "InvalidSyncStateData", Means.EXPIRED),
        (429, "ApplicationThrottled", Means.RATE), (429, "", Means.RATE), (503, "ErrorServerBusy", Means.RATE),
        (401, "InvalidAuthenticationToken", Means.AUTH), (401, "", Means.AUTH),
        (403, "ErrorAccessDenied", Means.SCOPE), (403, "Authorization_RequestDenied", Means.SCOPE),
        (403, "somethingElse", Means.FORBIDDEN), (404, "ErrorItemNotFound", Means.GONE), (404, "", Means.GONE),
        (404, "MailboxNotEnabledForRESTAPI", Means.DISABLED), (500, "", Means.DOWN), (504, "UnknownError", Means.DOWN),
        (302, "", Means.DOWN), (400, "ErrorInvalidUrlQuery", Means.BAD),
    ],
)  # fmt: skip
def test_the_code_decides_before_the_status(status: int, code: str, means: Means) -> None:
    assert read(*answer(status, code), now=NOW).means == means


def test_retry_after_is_obeyed_to_the_second_and_no_longer_than_an_hour() -> None:
    assert read(*answer(429, retry_after="17"), now=NOW).retry_at == NOW + timedelta(seconds=17)
    assert read(*answer(503, retry_after="5"), now=NOW).retry_at == NOW + timedelta(seconds=5)
    assert read(*answer(429, retry_after="999999999"), now=NOW).retry_at == NOW + timedelta(hours=1)
    assert read(*answer(429, retry_after="soon"), now=NOW).retry_at == NOW + timedelta(seconds=30)


@pytest.mark.parametrize("content", [b"", b"<html>", b"[]", b'{"error": null}', b"[" * 70_000, b"\xff\xfe"])
def test_an_answer_of_no_form_at_all_is_read_by_its_status(content: bytes) -> None:
    assert read(Response(503, "", []), content, NOW).means == Means.DOWN
    assert read(Response(400, "", []), content, NOW).means == Means.BAD


def test_nothing_of_a_refusals_text_is_kept() -> None:
    refusal = read(*answer(400, "Bad<script>Request", "ann@work.example"), now=NOW)
    assert refusal.reason == "BadscriptRequest"
    assert "ann" not in repr(refusal)
