"""The command line."""

from __future__ import annotations

import sys

from litbook.cli import data, ledger, reports
from litbook.cli.common import EXIT_CODES, app
from litbook.errors import BAD_DATA, CANNOT_WRITE, NO_SPACE, OK, LitbookError

__all__ = ["EXIT_CODES", "app", "data", "ledger", "main", "reports"]


def main() -> None:
    """Run the command line; an error that the user can mend is printed in one line each, without a traceback."""
    try:
        app()
    except LitbookError as error:
        print(error, file=sys.stderr)
        sys.exit(error.exit_code)
    except BrokenPipeError:
        sys.exit(OK)  # who read the output has seen enough
    except OSError as error:
        told = f"{error.filename or 'a file'}: {error.strerror or error}"
        print(f"{told}; allowed: files that can be read and written; mend the place, or name another", file=sys.stderr)
        sys.exit(NO_SPACE if error.errno in CANNOT_WRITE else BAD_DATA)
