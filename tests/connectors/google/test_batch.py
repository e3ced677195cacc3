"""Batches: each part an outcome of its own, found by Content-ID (RFC 2046 §5.1; Gmail's batch guide)."""

from __future__ import annotations

import pytest

from connectors.google.batch import composed, outcomes

TYPE = 'multipart/mixed; boundary="edge"'


def part(key: str, status: str = "200 OK", body: str = '{"id": "1"}', line: str = "\r\n") -> str:
    return line.join([
        "--edge", "Content-Type: application/http", f"Content-ID: <response-{key}>", "", f"HTTP/1.1 {status}",
        "Content-Type: application/json", "Vary: Origin", "", body, "",
    ])  # fmt: skip


def test_every_request_is_a_part_with_a_name() -> None:
    body, content_type = composed([("m1", "/gmail/v1/users/me/messages/1?x=y"), ("t2", "/threads/2")])
    edge = content_type.partition("boundary=")[2]
    assert body.count(f"--{edge}\r\n".encode()) == 2
    assert body.endswith(f"--{edge}--\r\n".encode())
    assert b"Content-ID: <m1>\r\n\r\nGET /gmail/v1/users/me/messages/1?x=y HTTP/1.1\r\n" in body


def test_outcomes_are_found_by_name_in_any_order() -> None:
    body = part("m3", "404 Not Found", "{}") + part("m1") + part("m2", "429 Too Many Requests", "{}") + "--edge--"
    found = outcomes(TYPE, body.encode())
    assert {key: response.status for key, (response, _) in found.items()} == {"m1": 200, "m2": 429, "m3": 404}
    assert found["m1"][1] == b'{"id": "1"}'
    assert found["m1"][0]["content-type"] == "application/json"


def test_a_part_that_is_missing_is_missing_alone() -> None:
    assert set(outcomes(TYPE, (part("m1") + part("m3") + "--edge--").encode())) == {"m1", "m3"}


@pytest.mark.parametrize(
    "broken", ["--edge\r\nContent-ID: <response-m2>\r\n\r\nno answer\r\n", "--edge\r\n\r\n", "--edge"]
)
def test_a_part_that_cannot_be_read_costs_only_itself(broken: str) -> None:
    assert set(outcomes(TYPE, (part("m1") + broken + part("m3") + "--edge--").encode())) == {"m1", "m3"}


def test_bare_line_feeds_are_read_too() -> None:
    found = outcomes("multipart/mixed; boundary=edge", part("m1", line="\n").encode())
    assert found["m1"][1] == b'{"id": "1"}'


def test_a_part_without_headers_of_its_own_is_read() -> None:
    body = b'--edge\r\nContent-ID: <response-m1>\r\n\r\nHTTP/1.1 200 OK\r\n\r\n{"id": "1"}\r\n--edge--'
    assert outcomes(TYPE, body)["m1"][1] == b'{"id": "1"}'


def test_the_first_of_two_answers_to_one_part_stands() -> None:
    found = outcomes(TYPE, (part("m1") + part("m1", "500 Oops", "{}")).encode())
    assert found["m1"][0].status == 200


@pytest.mark.parametrize("content_type", ["text/html", "", "multipart/mixed", "application/json; boundary=edge"])
def test_what_is_no_batch_answer_is_refused(content_type: str) -> None:
    with pytest.raises(ValueError, match="multipart"):
        outcomes(content_type, part("m1").encode())
