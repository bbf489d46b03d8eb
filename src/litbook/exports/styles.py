"""How a workbook looks: formats of cells, made once each, and widths of columns."""

from __future__ import annotations

import xlsxwriter
from xlsxwriter.format import Format

from litbook.exports.sheets import Sheet, decimals

NARROW, SHORT, WIDE = 6, 20, 44  # in characters
LINE_POINTS, MOST_POINTS = 15.0, 409.0
INK, RULE, SHADE = "#1a1a1a", "#9a9a9a", "#e8eef2"


class Styles:
    """The formats of one workbook. Text cells are marked as text, so that what is typed over them stays text too."""

    def __init__(self, book: xlsxwriter.Workbook):
        self._book = book
        self._numbers: dict[str, Format] = {}
        cell = {"valign": "top", "text_wrap": True}
        self.plain = book.add_format(cell)
        self.text = book.add_format(cell | {"num_format": "@"})
        self.date = book.add_format({"valign": "top", "num_format": "yyyy-mm-dd", "align": "left"})
        self.name = book.add_format(cell | {"bold": True})
        self.title = book.add_format(cell | {"bold": True, "font_size": 14})
        self.header = book.add_format(cell | {"bold": True, "font_color": INK, "bg_color": SHADE, "bottom": 1, "bottom_color": RULE})

    def number(self, kind: str, printed: str) -> Format:
        """The format in which a number shows the digits that were printed."""
        digits = decimals(printed)
        form = "0000" if kind == "year" else "0" + ("." + "0" * digits if digits else "")
        if form not in self._numbers:  # a year reads like a word, and stands where words do
            self._numbers[form] = self._book.add_format(
                {"valign": "top", "num_format": form, "align": "left" if kind == "year" else "right"}
            )
        return self._numbers[form]

    def of(self, kind: str) -> Format:
        """The format of a column's empty cells."""
        return self.text if kind == "string" else self.date if kind == "date" else self.plain


def widths(table: Sheet) -> list[float]:
    """Width of each column in characters: most cells fit on one line or two, and what is longer wraps."""
    found = []
    for at, column in enumerate(table.columns):
        lines = sorted(max(map(len, row[at].split("\n"))) for row in table.rows)
        usual = max(lines[len(lines) * 9 // 10], lines[-1] // 6) if lines else 0
        word = max((len(word) for row in table.rows for word in row[at].split()), default=0)
        wanted = usual if usual <= SHORT else max(SHORT, usual // 2 + 2)
        header = max(map(len, column.name.split("_"))) + 4  # room for the button of the filter
        found.append(float(min(max(wanted + 1, min(word, SHORT) + 1, header, NARROW), WIDE)))
    return found


def height(row: tuple[str, ...], across: list[float]) -> float:
    """Height of a row in points, so that every line of its cells shows. LibreOffice does not work it out by itself."""
    most = max(sum(lines_of(line, width) for line in cell.split("\n")) for cell, width in zip(row, across, strict=True))
    return min(most * LINE_POINTS, MOST_POINTS)


def lines_of(line: str, width: float) -> int:
    """How many lines a line takes when it is wrapped at blanks to ``width`` characters."""
    room = max(int(width * 1.1), 1)  # a width counts digits, and most letters are narrower
    count, used = 1, 0
    for word in line.split(" "):
        more = len(word) + (1 if used else 0)
        if used + more <= room:
            used += more
        else:
            count += (1 if used else 0) + (len(word) - 1) // room
            used = (len(word) - 1) % room + 1 if word else 0
    return count
