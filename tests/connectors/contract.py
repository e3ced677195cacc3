"""What every connector of files must do; each stream's test module runs these against its own samples."""

from __future__ import annotations

import json
import os
from datetime import datetime
from pathlib import Path
from typing import ClassVar

import msgspec
import pytest

from connectors import open_stream
from interactions.errors import SourceProblem, SourceUnreadable
from interactions.items import Container, Email, Event, Item, Page, Unreadable, read_moment


def listing(stream: str, path: Path, cursors: dict[str, str | None] | None = None) -> dict[str, list[Page]]:
    """All pages of every container."""
    connector = open_stream(stream, path)
    return {c.id: list(connector.pages(c, (cursors or {}).get(c.id))) for c in connector.containers()}


def items_of(pages: dict[str, list[Page]]) -> list[Item]:
    """The items of all pages."""
    return [item for some in pages.values() for page in some for item in page.items]


class FileContract:
    """Subclasses set `stream`, and make an archive of more than one page with `many` items in `make`."""

    stream: ClassVar[str]
    #: Items of the archive `make` writes.
    many: ClassVar[int] = 1_201
    #: Whether a page may end earlier than at 500 items.
    containers: ClassVar[int] = 1

    def make(self, folder: Path, broken: bool = False) -> Path:
        """An archive with `many` items; one of them cannot be read when `broken`."""
        raise NotImplementedError

    def touch(self, path: Path) -> None:
        """Change the archive as its owner would: here, a newer time."""
        os.utime(path, ns=(1, 1))

    @pytest.fixture
    def path(self, tmp_path: Path) -> Path:
        return self.make(tmp_path)

    def test_the_archive_says_who_it_is(self, path: Path) -> None:
        identity = open_stream(self.stream, path).whoami()
        assert identity.label == path.name
        assert identity.subject.endswith(path.name)

    def test_the_first_listing_gives_everything_once(self, path: Path) -> None:
        pages = listing(self.stream, path)
        found = items_of(pages)
        assert len(pages) == self.containers
        assert len({item.id for item in found}) == len(found) == self.many
        assert not [item for item in found if isinstance(item, Unreadable)]

    def test_only_the_last_page_is_complete_and_pages_are_small(self, path: Path) -> None:
        for pages in listing(self.stream, path).values():
            assert [page.complete for page in pages] == [False] * (len(pages) - 1) + [True]
            assert all(len(page.items) <= 500 for page in pages)

    def test_only_the_first_page_of_a_listing_says_that_it_begins_one(self, path: Path) -> None:
        for id, pages in listing(self.stream, path).items():
            assert [page.first for page in pages] == [True] + [False] * (len(pages) - 1)
            if len(pages) > 1:
                assert not listing(self.stream, path, {id: pages[0].cursor})[id][0].first

    def test_progress_grows_to_the_containers_total(self, path: Path) -> None:
        connector = open_stream(self.stream, path)
        for container in connector.containers():
            done = [page.done for page in connector.pages(container, None)]
            assert done == sorted(done)
            assert done[-1] == container.total > 0

    def test_a_second_listing_of_an_unchanged_archive_gives_no_page(self, path: Path) -> None:
        cursors: dict[str, str | None] = {id: pages[-1].cursor for id, pages in listing(self.stream, path).items()}
        assert items_of(listing(self.stream, path, cursors)) == []
        assert all(pages == [] for pages in listing(self.stream, path, cursors).values())

    def test_a_changed_archive_is_listed_again_with_the_same_ids(self, path: Path) -> None:
        first = listing(self.stream, path)
        cursors: dict[str, str | None] = {id: pages[-1].cursor for id, pages in first.items()}
        self.touch(path)
        again = listing(self.stream, path, cursors)
        assert [item.id for item in items_of(again)] == [item.id for item in items_of(first)]

    def test_after_a_kill_at_any_page_the_rest_comes_and_nothing_twice(self, path: Path) -> None:
        whole = listing(self.stream, path)
        for id, pages in whole.items():
            for n, page in enumerate(pages[:-1]):
                rest = listing(self.stream, path, {id: page.cursor})[id]
                assert [p.items for p in rest] == [p.items for p in pages[n + 1 :]]
                assert rest[-1].complete

    def test_one_bad_item_costs_only_itself(self, tmp_path: Path) -> None:
        found = items_of(listing(self.stream, self.make(tmp_path, broken=True)))
        bad = [item for item in found if isinstance(item, Unreadable)]
        assert len(found) == self.many
        assert len(bad) == 1
        assert bad[0].reason.endswith(".")
        assert bad[0].place
        assert len(bad[0].sha256) == 64
        assert bad[0].length > 0

    def test_the_id_of_a_bad_item_is_stable(self, tmp_path: Path) -> None:
        path = self.make(tmp_path, broken=True)
        one, two = (items_of(listing(self.stream, path)) for _ in range(2))
        assert [item.id for item in one] == [item.id for item in two]

    def test_cursors_are_text_and_a_foreign_one_means_from_the_start(self, path: Path) -> None:
        connector = open_stream(self.stream, path)
        for container in connector.containers():
            (first, *_) = connector.pages(container, None)
            assert isinstance(json.loads(first.cursor), dict)
            for foreign in ("", "x", "{}", "[1]", '{"fingerprint": 1}'):
                assert next(connector.pages(container, foreign)) == first

    def test_times_are_aware(self, path: Path) -> None:
        for item in items_of(listing(self.stream, path)):
            times = [item.sent_at] if isinstance(item, Email) else [item.start] if isinstance(item, Event) else []
            assert all(isinstance(time, datetime) and time.utcoffset() is not None for time in times)

    def test_items_come_back_from_storage_as_they_were(self, path: Path) -> None:
        found = items_of(listing(self.stream, path))
        assert msgspec.json.decode(msgspec.json.encode(found), type=list[Item], dec_hook=read_moment) == found

    def test_there_is_nothing_to_fetch(self, path: Path) -> None:
        assert list(open_stream(self.stream, path).fetch([])) == []

    def test_a_container_that_is_gone_is_said_to_be(self, path: Path) -> None:
        connector = open_stream(self.stream, path)
        with pytest.raises(SourceProblem, match="no longer"):
            next(connector.pages(Container("other", "other"), None))

    def test_an_archive_that_vanishes_is_said_to_have(self, path: Path) -> None:
        connector = open_stream(self.stream, path)
        (container, *_) = connector.containers()
        path.rename(path.with_name("elsewhere"))
        with pytest.raises(SourceUnreadable, match="no longer there"):
            next(connector.pages(container, None))
