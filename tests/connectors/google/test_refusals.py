"""Google's refusals: the reason decides, whatever the status (Gmail API guides, "Resolve errors")."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from connectors.google.refusals import read
from connectors.http import Response
from connectors.refusal import Means

NOW = datetime(2026, 8, 22, 18, 0, tzinfo=UTC)


def answer(
    status: int, reason: str = "", message: str = "", detail: str = "", **headers: str
) -> tuple[Response, bytes]:
    error: dict[str, Any] = {"code": status, "message": message, "errors": [{"reason": reason, "message": message}]}
    if detail:
        error["details"] = [{"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": detail}]
    return Response(status, "", headers.items()), json.dumps({"error": error}).encode()


@pytest.mark.parametrize(
    ("given", "means"),
    [
        (answer(403, "rateLimitExceeded", "Quota exceeded for quota metric 'Queries'"), Means.RATE),
        (answer(403, "userRateLimitExceeded"), Means.RATE),
        (answer(403, "quotaExceeded"), Means.RATE),
        (answer(429, "rateLimitExceeded", "Too many concurrent requests for user"), Means.RATE),
        (answer(429), Means.RATE),
        (answer(403, "forbidden", "x", "RATE_LIMIT_EXCEEDED"), Means.RATE),
        (answer(403, "insufficientPermissions"), Means.SCOPE),
        (answer(403, "forbidden", "x", "ACCESS_TOKEN_SCOPE_INSUFFICIENT"), Means.SCOPE),
        (answer(403, "accessNotConfigured"), Means.DISABLED),
        (answer(403, "forbidden", "x", "SERVICE_DISABLED"), Means.DISABLED),
        (answer(403, "domainPolicy"), Means.POLICY),
        (answer(403, "forbidden"), Means.FORBIDDEN),
        (answer(401, "authError"), Means.AUTH),
        (answer(404, "notFound"), Means.GONE),
        (answer(410, "fullSyncRequired"), Means.EXPIRED),
        (answer(410, "updatedMinTooLongAgo"), Means.EXPIRED),
        (answer(400, "failedPrecondition", "Precondition check failed."), Means.DOWN),
        (answer(400, "badRequest", "x", "EXPIRED_SYNC_TOKEN"), Means.EXPIRED),
        (answer(410, "", "x", "EXPIRED_SYNC_TOKEN"), Means.EXPIRED),
        (answer(400, "invalidArgument"), Means.BAD),
        (answer(500, "backendError"), Means.DOWN),
        (answer(503), Means.DOWN),
        (answer(302), Means.DOWN),
    ],
    ids=lambda one: f"{one[0].status}" if isinstance(one, tuple) else str(one),
)
def test_what_a_refusal_means(given: tuple[Response, bytes], means: Means) -> None:
    assert read(*given, NOW).means == means


def test_the_retry_time_in_the_message_counts_first() -> None:
    said = answer(429, "userRateLimitExceeded", "User-rate limit exceeded.  Retry after 2026-08-22T18:22:38.763Z")
    said[0]["retry-after"] = "5"
    assert read(*said, NOW).retry_at == datetime(2026, 8, 22, 18, 22, 38, 763_000, tzinfo=UTC)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("17", 17), ("3600", 3_600), ("999999999999", 3_600), ("Sat, 22 Aug 2026 18:01:00 GMT", 60), ("soon", 30),
        ("", 30), ("Sat, 22 Aug 2020 18:01:00 GMT", 0),
    ],
)  # fmt: skip
def test_then_the_header_and_half_a_minute_where_nothing_is_said(header: str, seconds: int) -> None:
    response, content = answer(429)
    response["retry-after"] = header
    assert read(response, content, NOW).retry_at == NOW + timedelta(seconds=seconds)


def test_a_pause_without_end_is_not_believed() -> None:
    said = answer(429, "userRateLimitExceeded", "Retry after 2099-01-01T00:00:00Z")
    assert read(*said, NOW).retry_at == NOW + timedelta(hours=1)


@pytest.mark.parametrize(
    "content", [b"", b"<html>", b"[" * 200_000, b'{"error": "text"}', b'{"error": {"details": [1]}}']
)
def test_an_error_that_is_no_document_is_told_by_its_status(content: bytes) -> None:
    assert read(Response(503, "", []), content, NOW).means == Means.DOWN
    assert read(Response(404, "", []), content, NOW).means == Means.GONE


def test_a_reason_is_kept_as_a_word_alone() -> None:
    said = answer(400, "bad<script>\u202e" + "x" * 500)
    assert read(*said, NOW).reason == "badscript" + "x" * 51
