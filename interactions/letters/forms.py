"""A letter as text, as a page of its own, and as a feed (RSS 2.0)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC
from email.utils import format_datetime
from html import escape
from textwrap import wrap
from xml.etree import ElementTree

from interactions.letters.letter import Called, Letter, Line

_WIDTH = 78
_WHY = "Numbers say what a sentence rests on:  kith why NUMBER"
#: One column, larger on a phone than print would be; light or dark as the reader's machine is.
_STYLE = """
:root { color-scheme: light dark; --ink: #1d2420; --faint: #5d6961; --paper: #fbfaf7; --line: #dcded6; --leaf: #2f6b4a }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e6e9e4; --faint: #9aa79f; --paper: #161a18; --line: #323a35; --leaf: #8cc9a5 }
}
body { margin: 0; background: var(--paper); color: var(--ink); font: 1.05rem/1.55 system-ui, sans-serif }
main { max-width: 36rem; margin: 0 auto; padding: 1.5rem 1.1rem 3rem; overflow-wrap: anywhere }
h1 { font-size: 1.45rem; line-height: 1.25; margin: 0 0 1.2rem }
h2 { font-size: 1rem; color: var(--leaf); margin: 1.8rem 0 .4rem }
ul { list-style: none; margin: 0; padding: 0 }
li { padding: .5rem 0; border-top: 1px solid var(--line) }
small, footer { color: var(--faint); font-size: .85rem }
footer { margin-top: 2.2rem }
"""


def as_text(letter: Letter) -> str:
    """For a file or a mail; ends with a line end."""
    lines = [letter.title, "=" * len(letter.title)]
    for section in letter.sections:
        lines += ["", section.heading, *(part for line in section.lines for part in _wrapped(line))]
    return "\n".join([*lines, "", *wrap(letter.coverage, _WIDTH), _WHY, ""])


def as_html(letter: Letter) -> str:
    """One page that needs nothing beside it and lets nothing in: no script, no address, no picture."""
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n<meta name="color-scheme" content="light dark">\n'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
        f"<title>{escape(letter.title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n<main>\n"
        f"<h1>{escape(letter.title)}</h1>\n{_body(letter)}</main>\n</body>\n</html>\n"
    )


def as_rss(letter: Letter) -> str:
    """A feed of one item. Its `guid` stays while the week lasts, so that readers show one item a week."""
    root = ElementTree.Element("rss", version="2.0")
    channel = ElementTree.SubElement(root, "channel")
    # The format asks for the address of a page; there is none.
    for name, text in (
        ("title", "Kith: your week"), ("link", "about:blank"),
        ("description", "What you gave, with whom you are back in touch, whom to water, what lies ahead."),
        ("language", "en"),
    ):  # fmt: skip
        ElementTree.SubElement(channel, name).text = text
    item = ElementTree.SubElement(channel, "item")
    ElementTree.SubElement(item, "title").text = letter.title
    ElementTree.SubElement(item, "description").text = _body(letter)
    ElementTree.SubElement(item, "guid", isPermaLink="false").text = letter.key
    ElementTree.SubElement(item, "pubDate").text = format_datetime(letter.at.astimezone(UTC))
    ElementTree.indent(root)
    encoded: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return encoded.decode() + "\n"


#: How each format is made.
FORMS: dict[str, Callable[[Letter], str]] = {"text": as_text, "html": as_html, "rss": as_rss}


def _body(letter: Letter) -> str:
    parts = []
    for section in letter.sections:
        lines = "".join(f"<li>{_sentence(line)}</li>\n" for line in section.lines)
        parts.append(f"<h2>{escape(section.heading)}</h2>\n<ul>\n{lines}</ul>\n")
    return f"{''.join(parts)}<footer><p>{escape(letter.coverage)}</p>\n<p>{escape(_WHY)}</p></footer>\n"


def _sentence(line: Line) -> str:
    # Names that are read from right to left stay where they stand.
    told = "".join(
        f"<strong><bdi>{escape(part.name)}</bdi></strong>" if isinstance(part, Called) else escape(part)
        for part in line.parts
    )
    return told + (f" <small>{escape(line.numbers)}</small>" if line.interactions else "")


def _wrapped(line: Line) -> list[str]:
    return wrap(f"{line.text}  {line.numbers}", _WIDTH, initial_indent="  ", subsequent_indent="    ")
