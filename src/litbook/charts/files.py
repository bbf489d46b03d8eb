"""How a figure becomes the bytes of a PNG or SVG: the same data give the same bytes, and nothing depends on the viewer."""

from __future__ import annotations

import hashlib
import io
import re
from contextlib import AbstractContextManager
from typing import Any
from xml.sax.saxutils import escape

import matplotlib
from matplotlib.figure import Figure
from PIL import Image

from litbook.charts.measure import FAMILY

DPI = 144
COLOURS_IN_PNG = 256  # of a palette; a drawing has a few colours and the shades at their edges
SETTINGS: Any = {
    "font.family": FAMILY,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.unicode_minus": True,
    "hatch.color": "#c8c8c8",
    "hatch.linewidth": 0.6,
    "svg.hashsalt": "litbook",
    "svg.fonttype": "path",  # glyphs as outlines: no viewer's fonts come into it
    "text.parse_math": False,  # a dollar sign in the data is a dollar sign
}
CLIP_PATH = re.compile(r'\s*<clipPath id="(\w+)">(.*?)</clipPath>', re.DOTALL)
NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def in_style() -> AbstractContextManager[None]:
    """matplotlib's settings for all charts, within a ``with``."""
    return matplotlib.rc_context(SETTINGS)


def png(figure: Figure, dpi: int = DPI) -> bytes:
    """The figure as PNG with a palette; it tells its resolution, so that it prints in its own size."""
    wide, tall = (int(inches * dpi) for inches in figure.get_size_inches())
    plain = Image.frombytes("RGBA", (wide, tall), _saved(figure, "rgba", dpi)).convert("RGB")
    small = plain.quantize(COLOURS_IN_PNG, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    stream = io.BytesIO()
    small.save(stream, format="PNG", optimize=True, dpi=(dpi, dpi))
    return stream.getvalue()


def svg(figure: Figure, title: str, description: str) -> bytes:
    """The figure as SVG that needs nothing beside it, with its title and description for those who do not see it."""
    # Neither date nor version may enter the file: the same data give the same bytes.
    drawn = _saved(figure, "svg", DPI, metadata={"Date": None, "Creator": None}).decode("utf-8")
    return _told(_named_by_content(drawn), title, description).encode("utf-8")


def _saved(figure: Figure, kind: str, dpi: int, **how: Any) -> bytes:
    stream = io.BytesIO()
    with in_style():
        figure.savefig(stream, format=kind, dpi=dpi, **how)
    return stream.getvalue()


def _told(drawn: str, title: str, description: str) -> str:
    """The drawing with title and description; their ids are made of the drawing, as a page may hold several."""
    name = hashlib.sha256(f"{title}\n{description}\n{drawn}".encode()).hexdigest()[:10]
    words = "".join(
        f'\n <{tag} id="{tag}-{name}">{escape(NOT_XML.sub(" ", text))}</{tag}>' for tag, text in (("title", title), ("desc", description))
    )
    begin = drawn.index("<svg ")
    end = drawn.index(">", begin)
    role = f' role="img" aria-labelledby="title-{name}" aria-describedby="desc-{name}"'
    return f"{drawn[:end]}{role}>{words}{drawn[end + 1 :]}"


def _named_by_content(drawn: str) -> str:
    """An SVG whose clip paths are named by what they hold: matplotlib names some after addresses in memory."""
    names = {name: f"clip-{hashlib.sha256(path.encode()).hexdigest()[:10]}" for name, path in CLIP_PATH.findall(drawn)}
    paths = sorted({f'<clipPath id="{names[name]}">{path}</clipPath>' for name, path in CLIP_PATH.findall(drawn)})
    body = CLIP_PATH.sub("", drawn)
    for name, new in names.items():
        body = body.replace(f"url(#{name})", f"url(#{new})")
    return body.replace("</svg>", f"<defs>{''.join(paths)}</defs>\n</svg>")
