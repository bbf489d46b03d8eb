"""What litbook says when something is wrong: one line a problem, advice rather than a traceback."""

from __future__ import annotations

import difflib
import errno
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

OK = 0
BAD_DATA = 1
WRONG_USAGE = 2
FAILED_REPORT = 3
BUSY = 4
NO_SPACE = 5
CANNOT_WRITE = {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EPERM, errno.EFBIG, errno.EIO}


@dataclass(frozen=True)
class Problem:
    """One thing to mend.

    ``row`` is the line in the file, counted from 1 (the header is line 1); None where the problem is the
    file's as a whole. ``column`` is the column's name, or empty.
    """

    file: str
    row: int | None
    column: str
    found: str
    allowed: str
    mend: str

    def __str__(self) -> str:
        place = [self.file]
        if self.row is not None:
            place.append(str(self.row))
            if self.column:
                place.append(self.column)
        return f"{':'.join(place)}: {self.found}; allowed: {self.allowed}; {self.mend}"


class LitbookError(Exception):
    """An error that its reader can mend. ``exit_code`` is what the command line ends with."""

    exit_code = BAD_DATA

    def _render_traceback_(self) -> list[str]:
        # IPython shows this in place of a traceback: a notebook's reader needs the advice, not our stack.
        return [f"{type(self).__name__}: {self}"]


class DataProblems(LitbookError):
    """A review's files do not hold what its descriptor promises."""

    def __init__(self, problems: Iterable[Problem]):
        self.problems: tuple[Problem, ...] = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


class UnknownTerm(LitbookError):
    """A word that is not in the list that it must come from."""

    def __init__(self, what: str, found: object, allowed: Sequence[str], mend: str = ""):
        self.what, self.found, self.allowed = what, found, tuple(allowed)
        advice = f"; {mend}" if mend else did_you_mean(found, allowed)
        super().__init__(f"{what} {found!r} is not known; allowed: {', '.join(self.allowed)}{advice}")


class FailedReport(LitbookError):
    """A notebook stopped before its end. ``report`` is the report's id, ``notebook`` the notebook as far as it ran, as JSON."""

    exit_code = FAILED_REPORT

    def __init__(self, message: str, report: str = "", notebook: str = ""):
        self.report, self.notebook = report, notebook
        super().__init__(message)

    def __reduce__(self) -> tuple[type[FailedReport], tuple[str, str, str]]:
        return FailedReport, (str(self), self.report, self.notebook)  # it comes back from other machines whole


class Busy(LitbookError):
    """Another run builds the same bundle."""

    exit_code = BUSY


class NoSpace(LitbookError):
    """The disk is full or may not be written."""

    exit_code = NO_SPACE


class WrongUsage(LitbookError):
    """What was asked for cannot be meant."""

    exit_code = WRONG_USAGE


def did_you_mean(found: object, allowed: Sequence[str]) -> str:
    """A closing hint with the nearest allowed word, or nothing where none is near."""
    near = difflib.get_close_matches(str(found), allowed, n=1)
    return f"; did you mean {near[0]!r}?" if near else ""


def some(allowed: Sequence[str], most: int = 12) -> str:
    """``allowed`` as one phrase, cut after ``most`` words so that the line stays readable."""
    rest = len(allowed) - most
    return ", ".join(allowed[:most]) + (f" and {rest} more" if rest > 0 else "")
