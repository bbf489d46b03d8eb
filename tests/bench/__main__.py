"""``make bench``: large tables, and builds side by side with what else runs notebooks. Prints Markdown for docs/benchmarks.md."""

from __future__ import annotations

import sys

from tests.bench import builds, large_tables

if __name__ == "__main__":
    if not {"builds", "warm"} & set(sys.argv[1:]):
        large_tables.main()
    if "tables" not in sys.argv[1:]:
        builds.main(cold="warm" not in sys.argv[1:])
