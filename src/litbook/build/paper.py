"""Pages on paper: HTML to tagged PDF, where the machine has Pango. The same page gives the same bytes."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import Any

FULL = "in-full"  # the id of the heading after which a page is printed on pages of its own
BROADER = 'href="#said-of-broader-indications"'  # stands in a first part where anything is said of them
FIRST_PART = (
    "This print is the first part alone. Its tables, {}every disagreement and the way back to each sentence stand on the web page of the "
    "same name."
)
ADVICE = (
    "PDF left out: Pango is not installed; allowed: any machine, but PDF needs it; "
    "install libpango-1.0-0 and libpangoft2-1.0-0 (on macOS: brew install pango) and build again"
)
# nbconvert writes attributes in alphabetical order and between double quotes.
CUT = re.compile(
    r'<section[^>]* class="ways".*?</section>|<script>.*?</script>|<nav[^>]* class="contents".*?</nav>'
    r'|<details class="plotted">.*?</details>',
    re.DOTALL,
)
NEIGHBOUR = re.compile(r' href="[a-z0-9-]+\.html"')  # a sheet is passed on without the pages beside it
ZOOMS = (1, 0.95, 0.9, 0.86, 0.83)
A4_AND_MARGINS = (210, 297, 7, 10)  # mm, those of the style
# A larger sheet, which the zoom brings back to A4.
SHEET = " @page brief {{ size: {:.3f}mm {:.3f}mm !important; margin: {:.3f}mm {:.3f}mm !important }}"
FONT = "body { font-family: 'DejaVu Sans' !important }"


def on_paper(page: str) -> str:
    """A page as it is printed: without its way back, script, contents and links to other pages, and a brief without what
    comes after its first page."""
    page = NEIGHBOUR.sub("", CUT.sub("", page))
    begin = page.find(f'<h2 id="{FULL}">')
    if begin < 0:
        return page
    first = page[:begin]
    elsewhere = FIRST_PART.format("what is said of broader indications, " if BROADER in first else "")
    return f"{first}<p class='note'>{elsewhere}</p>{page[page.index('</main>') :]}"


def pdfs(pages: Mapping[str, str], jobs: int) -> Iterator[tuple[str, bytes]]:
    """The PDF of each page, ``jobs`` at a time; the pages are as ``on_paper`` leaves them."""
    if not pages:
        return
    # Spawned: a fork of a process that runs threads and has loaded fonts is not safe.
    with ProcessPoolExecutor(min(jobs, len(pages)), mp_context=get_context("spawn")) as pool:
        yield from zip(pages, pool.map(pdf, pages.values()), strict=True)


def pdf(page: str) -> bytes:
    """One page as PDF/UA-1: tagged, with alternative texts, made smaller by steps where that saves a sheet. Nothing is
    fetched but what the page holds, and matplotlib's fonts: those of the machine would make other bytes on another one."""
    import weasyprint
    from weasyprint.text.fonts import FontConfiguration

    fetcher = weasyprint.URLFetcher(allowed_protocols={"data"})
    best: Any = None
    best_zoom = 1.0
    for zoom in ZOOMS:
        fonts = FontConfiguration()
        style = weasyprint.CSS(string=FONT + SHEET.format(*(side / zoom for side in A4_AND_MARGINS)), font_config=fonts)
        document = weasyprint.HTML(string=page, url_fetcher=fetcher).render(stylesheets=[style, _faces(fonts)], font_config=fonts)
        if best is None or len(document.pages) < len(best.pages):
            best, best_zoom = document, zoom
        if len(best.pages) == 1:
            break
    stream = io.BytesIO()
    best.write_pdf(stream, zoom=best_zoom, pdf_variant="pdf/ua-1", pdf_identifier=b"litbook")
    return stream.getvalue()


def _faces(fonts: Any) -> Any:
    import matplotlib
    import weasyprint

    folder = f"file://{matplotlib.get_data_path()}/fonts/ttf/DejaVuSans"
    faces = "".join(
        f"@font-face {{ font-family: 'DejaVu Sans'; font-weight: {weight}; font-style: {style}; src: url('{folder}{name}.ttf') }}"
        for name, weight, style in (("", 400, "normal"), ("-Bold", 700, "normal"), ("-Oblique", 400, "italic"))
    )
    fetcher = weasyprint.URLFetcher(allowed_protocols={"file"})
    return weasyprint.CSS(string=faces, url_fetcher=fetcher, font_config=fonts)
