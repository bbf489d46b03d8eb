"""What all pages share: templates, style and script with the digests by which a page allows no others, contents, and the
check that every element closes."""

from __future__ import annotations

import base64
import hashlib
import re
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import NamedTuple

import jinja2

TEMPLATES = Path(__file__).resolve().parent.parent / "templates"
CONTENTS = "<!--contents-->"
SECTION = re.compile(r"<h2 id=[\"']([^\"']+)[\"']>(.*?)</h2>", re.DOTALL)
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
    text = (TEMPLATES / name).read_text(encoding="utf-8")
    return Inline(text, f"sha256-{base64.b64encode(hashlib.sha256(text.encode('utf-8')).digest()).decode()}")


@cache
def environment() -> jinja2.Environment:
    """The templates of the pages that are no notebooks; they escape what they are given."""
    return jinja2.Environment(loader=jinja2.FileSystemLoader(TEMPLATES), autoescape=True, undefined=jinja2.StrictUndefined)


def with_contents(page: str) -> str:
    """A page with the list of its sections in the place that its template keeps for it, and without signs beside headings."""
    page = ANCHOR.sub("", page)
    entries = "".join(f"<li><a href='#{name}'>{TAG.sub('', title)}</a></li>" for name, title in SECTION.findall(page))
    return page.replace(CONTENTS, f"<ol>{entries}</ol>", 1)


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
