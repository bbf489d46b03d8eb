"""``python -m litbook``."""

from litbook.cli import main

main()
