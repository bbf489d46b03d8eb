"""litbook: a literature review workbook. Sources, extracts, tables, charts and reports as one chain."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from litbook import charts, tables
    from litbook.briefs import brief
    from litbook.display import show, show_listings, show_safety, summary
    from litbook.errors import LitbookError
    from litbook.loading import load
    from litbook.review import Review

__version__ = "0.1.0"
__all__ = ["LitbookError", "Review", "brief", "charts", "load", "show", "show_listings", "show_safety", "summary", "tables"]

_HOME = {
    "LitbookError": "errors",
    "Review": "review",
    "load": "loading",
    "brief": "briefs",
    "show": "display",
    "show_listings": "display",
    "show_safety": "display",
    "summary": "display",
}


def __getattr__(name: str) -> Any:
    # Names are brought in when they are first used: `litbook --help` must not wait for pandas and matplotlib.
    import importlib

    if name in ("charts", "tables"):
        return importlib.import_module(f"litbook.{name}")
    if name in _HOME:
        return getattr(importlib.import_module(f"litbook.{_HOME[name]}"), name)
    raise AttributeError(f"module 'litbook' has no attribute {name!r}")
