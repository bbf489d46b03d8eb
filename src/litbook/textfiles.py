"""Small files that people write by hand (descriptor, settings, lock): read whole, with advice where they can't be."""

from __future__ import annotations

from pathlib import Path

from litbook.errors import DataProblems, Problem

MOST_BYTES = 4_000_000  # a descriptor of a thousand tables is a quarter of this


def read_small(path: Path, wanted: str, mend: str = "add it") -> str:
    """The text of a file without a byte order mark and with LF at its lines' ends.

    ``wanted`` says what the file should be, ``mend`` what to do where it is not there. Raises DataProblems for a file
    that is missing, not a file, longer than MOST_BYTES or not UTF-8.
    """
    try:
        size = path.stat().st_size
        if size > MOST_BYTES:
            allowed = f"{wanted}, at most {MOST_BYTES} bytes"
            raise DataProblems([Problem(path.name, None, "", f"{size} bytes", allowed, "take out what is not part of it")])
        raw = path.read_bytes()
        return raw.decode("utf-8-sig").replace("\r\n", "\n")
    except FileNotFoundError:
        raise DataProblems([Problem(str(path), None, "", "the file is missing", wanted, mend)]) from None
    except OSError as error:
        told = f"can't be read: {error.strerror}"
        raise DataProblems([Problem(str(path), None, "", told, wanted, "mend its permissions or its kind")]) from None
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        told = f"byte {raw[error.start]:#04x} is not UTF-8"
        raise DataProblems([Problem(path.name, line, "", told, "UTF-8", "save the file as UTF-8")]) from None
