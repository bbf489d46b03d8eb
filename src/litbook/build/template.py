"""What all pages share: templates, style and script with the digests by which a page allows no others, contents, and the
check that every element closes."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Sequence
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import NamedTuple

import jinja2

TEMPLATES = Path(__file__).resolve().parent.parent / "templates"
CONTENTS = "<!--contents-->"
SECTION = re.compile(r"<h([23]) id=[\"']([^\"']+)[\"']>(.*?)</h\1>", re.DOTALL)
ANCHOR = re.compile(r"<a class=\"anchor-link\"[^>]*>.*?</a>")
TAG = re.compile(r"<[^>]*>")
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


class Inline(NamedTuple):
    """Style or script that a page carries, with the digest that its Content-Security-Policy names."""

    text: str
    digest: str


@cache
def inline(name: str) -> Inline:
    """A file of the templates for a page to carry."""
    return _inline((TEMPLATES / name).read_text(encoding="utf-8"))


def _inline(text: str) -> Inline:
    return Inline(text, f"sha256-{base64.b64encode(hashlib.sha256(text.encode('utf-8')).digest()).decode()}")


def running(title: str) -> Inline:
    """Style that prints a title above every sheet but the first of a brief; no character of the title is left to be read as CSS."""
    escaped = "".join(char if char.isascii() and char.isalnum() else f"\\{ord(char):x} " for char in title)
    return _inline(f'@page {{ @top-left {{ content: "{escaped}"; font: 7pt "DejaVu Sans", sans-serif; }} }}')


@cache
def environment() -> jinja2.Environment:
    """The templates of the pages that are no notebooks; they escape what they are given."""
    return jinja2.Environment(loader=jinja2.FileSystemLoader(TEMPLATES), autoescape=True, undefined=jinja2.StrictUndefined)


def with_contents(page: str) -> str:
    """A page with the list of its sections in the place that its template keeps for it, and without signs beside headings."""
    page = ANCHOR.sub("", page)
    return page.replace(CONTENTS, _listed(SECTION.findall(page)), 1)


def _listed(headings: Sequence[tuple[str, str, str]]) -> str:
    """Headings (level, id, title) as a list, those of the third level within the one above them."""
    sections: list[tuple[str, list[str]]] = []
    for level, name, title in headings:
        entry = f"<a href='#{name}'>{TAG.sub('', title)}</a>"
        if level == "2" or not sections:
            sections.append((entry, []))
        else:
            sections[-1][1].append(f"<li>{entry}</li>")
    return f"<ol>{''.join(f'<li>{entry}{_nested(below)}</li>' for entry, below in sections)}</ol>"


def _nested(entries: Sequence[str]) -> str:
    return f"<ul>{''.join(entries)}</ul>" if entries else ""


class _Open(HTMLParser):
    """Which elements are open, and the first end that has no beginning."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.wrong = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if self.open and self.open[-1] == tag:
            self.open.pop()
        elif tag not in VOID:
            self.wrong = self.wrong or f"/{tag}"


def unbalanced(page: str) -> str:
    """The first element of a page that does not close, or end that does not open; empty for a whole page."""
    parser = _Open()
    parser.feed(page)
    parser.close()
    return parser.wrong or (parser.open[-1] if parser.open else "")
