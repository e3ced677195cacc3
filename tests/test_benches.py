"""A bench that cannot use what it was given says so in a sentence; one whose reader went away says nothing."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from bench.ended import ended
from bench.people import measured
from bench.verdicts import main as verdicts

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "cannot be used: No such file or directory."),
        ("no JSON\n", "is no JSON, one object a line"),
        ("\xff", "is no JSON, one object a line"),
        ('{"id": "1"}\n', "object 1 has no 'headers', 'label'"),
        ("[1]", "object 1 has no 'id'"),
        ("", "is empty"),
    ],
)
def test_a_file_that_is_not_there_or_another_one_is_refused_in_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: str | None, said: str
) -> None:
    file = tmp_path / "mail.jsonl"
    if content is not None:
        file.write_text(content, encoding="latin-1")
    assert ended(lambda: verdicts([str(file)])) == 1
    told = capsys.readouterr()
    assert (told.out, told.err.count("\n")) == ("", 1)
    assert told.err.startswith(str(file))
    assert said in told.err


@pytest.mark.parametrize("bench", ["bench.verdicts", "bench.people", "bench.fit"])
def test_benches_end_with_1_without_a_traceback(bench: str) -> None:
    run = subprocess.run([sys.executable, "-m", bench, "/nope"], cwd=ROOT, capture_output=True, text=True)
    assert (run.returncode, run.stderr) == (1, "/nope cannot be used: No such file or directory.\n")


def test_a_reader_that_went_away_is_no_mistake() -> None:
    lines = "from bench.ended import ended\nended(lambda: print('x' * 70_000) or 0)"
    command = [sys.executable, "-c", lines]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running:
        assert running.stdout is not None
        assert running.stderr is not None
        running.stdout.close()
        assert running.stderr.read() == b""
    assert running.returncode == 0


def test_mistakes_of_a_bench_are_not_hidden() -> None:
    with pytest.raises(KeyError):
        ended(lambda: int(measured([{}])["pairs"]))
