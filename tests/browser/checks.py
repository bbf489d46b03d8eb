"""What is looked at on a page in a browser: each check gives what is wrong, in words, and nothing where all is well."""

from __future__ import annotations

import io
import re
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from itertools import pairwise
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page
from pypdf import PdfReader

WIDTHS = (320, 480, 768, 1280, 1920)
LAPTOP = 1280  # the width, in CSS pixels, of a common small laptop
ACROSS, UPRIGHT = 1039, 718  # printable width of A4 in CSS pixels: (297 - 22) mm and (210 - 20) mm at 96 a inch
FOCUSABLE = "a[href], summary, button, select, input, [tabindex='0']"

# Whatever runs, or is kept from running, leaves a word here.
TRAP = """
window.__told = [];
for (const name of ["alert", "confirm", "prompt", "print", "open"]) window[name] = () => window.__told.push(name);
Object.defineProperty(window, "hit", { set: () => window.__told.push("hit"), get: () => undefined });
document.addEventListener("securitypolicyviolation", (event) => window.__told.push(`blocked ${event.violatedDirective}`));
"""


@dataclass
class Watched:
    """A page that is open, and what it did that a page of a report never does."""

    page: Page
    told: list[str] = field(default_factory=list)

    def all(self) -> list[str]:
        """What was seen from outside, and what the trap within the page caught."""
        return [*self.told, *self.page.evaluate("window.__told ?? []")]


@contextmanager
def opened(browser: Browser, path: Path, fragment: str = "", **context: Any) -> Iterator[Watched]:
    """A page in a browser of its own that is watched: requests for anything but itself, errors, dialogs, other windows."""
    made = browser.new_context(viewport=context.pop("viewport", {"width": 1280, "height": 900}), **context)
    page, address = made.new_page(), path.absolute().as_uri()
    watched = Watched(page)
    page.add_init_script(TRAP)
    page.on("request", lambda one: None if one.url.split("#")[0] == address or one.url.startswith("data:image/png;base64,")
            else watched.told.append(f"request {one.url[:200]}"))  # fmt: skip
    page.on("console", lambda one: watched.told.append(f"console {one.text[:300]}"))
    page.on("pageerror", lambda one: watched.told.append(f"error {one}"))
    page.on("framenavigated", lambda one: None if one.url.split("#")[0] == address else watched.told.append(f"went to {one.url[:200]}"))
    page.on("dialog", lambda one: watched.told.append(f"dialog {one.message}"))
    page.on("dialog", lambda one: one.dismiss())
    page.on("popup", lambda one: watched.told.append(f"window {one.url}"))
    page.on("download", lambda one: watched.told.append(f"download {one.url}"))
    try:
        page.goto(address + (f"#{fragment}" if fragment else ""), wait_until="load")
        yield watched
    finally:
        made.close()


@cache
def _axe() -> str:
    return files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")


def axe(page: Page) -> list[str]:
    """Serious and critical violations that axe-core finds in the page as it is now."""
    if page.evaluate("typeof window.axe") != "object":
        page.evaluate(_axe())  # as the debugger does, so that the page's policy does not forbid it
    found = page.evaluate("axe.run(document, { resultTypes: ['violations'] })")
    return [
        f"{one['id']} ({one['impact']}): {len(one['nodes'])} times, as {one['nodes'][0]['html'][:160]}"
        for one in found["violations"]
        if one["impact"] in ("serious", "critical")
    ]


def unfold(page: Page) -> None:
    page.evaluate("document.querySelectorAll('details').forEach((fold) => { fold.open = true; })")


def headings(page: Page) -> list[str]:
    """One heading of the first level, and no level skipped on the way down."""
    levels = page.evaluate("[...document.querySelectorAll('h1, h2, h3, h4, h5, h6')].map((one) => Number(one.tagName[1]))")
    steps = [f"h{one} is followed by h{other}" for one, other in pairwise(levels) if other > one + 1]
    return steps + ([] if levels.count(1) == 1 and levels[0] == 1 else [f"levels {levels[:5]}"])


def semantics(page: Page) -> list[str]:
    """Tables with captions and header cells with scope, figures with words for those who don't see them."""
    return list(
        page.evaluate(
            """[
              ...[...document.querySelectorAll("table:not(:has(> caption))")].map(() => "table without caption"),
              ...[...document.querySelectorAll("table th:not([scope])")].map((one) => `no scope: ${one.textContent}`),
              ...[...document.querySelectorAll("tbody tr:not(:has(> th[scope=row]))")].map((one) => `no row header: ${one.textContent}`),
              ...[...document.images].filter((one) => one.alt.length < 20).map((one) => `alt text ${one.alt}`),
              ...[...document.images].filter((one) => !one.naturalWidth).map((one) => `no picture ${one.alt}`),
              ...(document.documentElement.lang ? [] : ["no language"]),
              ...(document.title ? [] : ["no title"]),
            ]"""
        )
    )


def links(page: Page) -> list[str]:
    """Links within the page that lead nowhere, or to what stays out of sight when they are followed."""
    return list(
        page.evaluate(
            """async () => {
              const wrong = [];
              const hashes = [...new Set([...document.querySelectorAll("a[href^='#']")].map((link) => link.hash))];
              for (const hash of hashes) {
                const target = document.getElementById(decodeURIComponent(hash.slice(1)));
                if (!target) { wrong.push(`${hash} leads nowhere`); continue; }
                location.hash = hash;
                await new Promise((done) => setTimeout(done));
                for (let tries = 0; tries < 20 && !seen(target); tries += 1) await new Promise((done) => setTimeout(done, 20));
                if (!seen(target)) wrong.push(`${hash} is not in sight`);
              }
              function seen(one) {
                const box = one.getBoundingClientRect();
                return one.checkVisibility() && box.height > 0 && box.bottom > 0 && box.top < innerHeight;
              }
              return wrong;
            }"""
        )
    )


def ways(page: Page) -> list[str]:
    """Extracts behind links that do not tell source, characters, hash, work, who extracted, and status."""
    return list(
        page.evaluate(
            """[...document.querySelectorAll("article.extract")].flatMap((one) => {
              const terms = [...one.querySelectorAll("dt")];
              const told = Object.fromEntries(terms.map((term) => [term.textContent, term.nextElementSibling.textContent]));
              const lacking = ["Source", "Work", "Span", "Extracted", "Status"].filter((name) => !told[name]);
              const span = /^characters \\d+ to \\d+ of .+; SHA-256 [0-9a-f]{64}$/.test(told.Span);
              return lacking.length || !span ? [`${one.id}: ${lacking} ${told.Span}`] : [];
            })"""
        )
    )


def sideways(page: Page, width: int) -> list[str]:
    """Whether the page itself scrolls sideways, and numbers of tables that are broken into two lines."""
    page.set_viewport_size({"width": width, "height": 900})
    wide = page.evaluate("document.documentElement.scrollWidth")
    return [*([f"{width}: the page is {wide} wide"] if wide > width else []), *broken(page)]


def cut(page: Page) -> list[str]:
    """Tables of up to twelve columns that a laptop shows in part: what stands at the right is then easily missed."""
    page.set_viewport_size({"width": LAPTOP, "height": 900})
    return list(
        page.evaluate(
            """() => [...document.querySelectorAll(".scroll")]
              .filter(region => region.checkVisibility() && region.scrollWidth > region.clientWidth)
              .filter(region => region.querySelectorAll("thead th").length <= 12)
              .map(region => `${region.getAttribute("aria-label")}: ${region.scrollWidth} wide in ${region.clientWidth}`)"""
        )
    )


def broken(page: Page) -> list[str]:
    """Numbers in tables that a line's end parts: half of a dose is another dose."""
    return list(
        page.evaluate(
            """() => {
              const wrong = [], range = document.createRange();
              for (const cell of document.querySelectorAll("td:not(.link), th")) {
                if (!cell.checkVisibility()) continue;
                const texts = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT);
                for (let text = texts.nextNode(); text; text = texts.nextNode()) {
                  if (!text.parentElement.checkVisibility()) continue;
                  for (const found of text.data.matchAll(/\\d+(?:\\.\\d+)?/g)) {
                    range.setStart(text, found.index);
                    range.setEnd(text, found.index + found[0].length);
                    const lines = new Set([...range.getClientRects()].map((box) => Math.round(box.top)));
                    if (lines.size > 1) wrong.push(`${found[0]} of ${text.data.slice(0, 80)} stands in ${lines.size} lines`);
                  }
                }
              }
              return wrong;
            }"""
        )
    )


def overlaps(page: Page) -> list[str]:
    """Headings, tables, charts and remarks that lie on each other, as the page is laid out now."""
    return list(
        page.evaluate(
            """() => {
              const all = [...document.querySelectorAll("main :is(h2, h3, table, figure, p.note, p.nothing, ul.plain, .in-columns)")];
              const seen = all.filter((one) => one.checkVisibility() && !one.parentElement.closest(".in-columns, table, ul.plain"));
              const boxes = seen.map((one) => ({ one, box: one.getBoundingClientRect() }));
              const apart = (a, b) => a.bottom <= b.top + 1 || b.bottom <= a.top + 1 || a.right <= b.left + 1 || b.right <= a.left + 1;
              const wrong = [];
              boxes.forEach(({ one, box }, place) => {
                for (const { one: other, box: next } of boxes.slice(place + 1, place + 12)) {
                  const named = [one, other].map((part) => `${part.localName} ${part.textContent.slice(0, 40)}`);
                  if (!apart(box, next)) wrong.push(named.join(" lies on "));
                }
              });
              return wrong;
            }"""
        )
    )


def keyboard(page: Page) -> list[str]:
    """What Tab alone does not reach, or reaches without showing it, in the page as it is now."""
    wanted = page.evaluate(
        """(focusable) => {
          const stops = [...document.querySelectorAll(focusable)].filter((one) => one.tabIndex >= 0);
          window.__all = stops.filter((one) => one.checkVisibility({ visibilityProperty: true }));
          window.__reached = new Set();
          window.__unseen = new Set();
          document.addEventListener("focusin", ({ target }) => {
            window.__reached.add(target);
            const style = getComputedStyle(target), box = target.getBoundingClientRect();
            const shown = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0;
            if (!shown || !box.width || box.bottom < 0 || box.top > innerHeight) window.__unseen.add(target);
          });
          document.activeElement?.blur();
          return window.__all.length;
        }""",
        FOCUSABLE,
    )
    for _ in range(wanted + 10):
        page.keyboard.press("Tab")
    return list(
        page.evaluate(
            """[
              ...window.__all.filter((one) => !window.__reached.has(one)).map((one) => `not reached: ${one.outerHTML.slice(0, 160)}`),
              ...[...window.__unseen].map((one) => `focus is not seen: ${one.outerHTML.slice(0, 160)}`),
            ]"""
        )
    )


def printed(page: Page, pdf: bytes) -> list[str]:
    """Tables that are wider than the sheet, numbers that are parted, and words of tables that the printed page lacks."""
    page.emulate_media(media="print")
    try:
        wrong = []
        for width, where in ((UPRIGHT, "body.brief table:not(#in-full ~ * table)"), (ACROSS, "body:not(.brief) table, #in-full ~ * table")):
            page.set_viewport_size({"width": width, "height": 900})
            wrong += page.evaluate(
                """([width, where]) => [...document.querySelectorAll(where)].filter((one) => one.checkVisibility()).flatMap((one) => {
                  const box = one.getBoundingClientRect();
                  const cut = [...one.querySelectorAll("th, td")].filter((cell) => cell.scrollWidth > cell.clientWidth + 1);
                  return [
                    ...(box.right > width + 1 ? [`${one.caption?.textContent} is ${Math.round(box.right)} wide on ${width}`] : []),
                    ...cut.map((cell) => `${one.caption?.textContent}: ${cell.textContent} does not fit its cell`),
                  ];
                })""",
                [width, where],
            )
        wrong += broken(page) + overlaps(page)
        words = page.evaluate(
            """() => {
              const cells = [...document.querySelectorAll("td, th")].filter((one) => one.checkVisibility());
              return cells.flatMap((one) => one.innerText.split(/\\s+/));
            }"""
        )
    finally:
        page.emulate_media(media="screen")
    held = _letters("".join(one.extract_text() for one in PdfReader(io.BytesIO(pdf)).pages))
    return wrong + [f"{word} is not in print" for word in dict.fromkeys(words) if _letters(word) not in held]


def _letters(text: str) -> str:
    """Text without blanks, ligatures and soft hyphens, as far as two readers of it agree."""
    return re.sub(r"[\s\u00ad]+", "", unicodedata.normalize("NFKC", text))
