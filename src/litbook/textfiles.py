"""Files: small ones that people write by hand are read whole, with advice where they can't be; writing is whole or not at all."""

from __future__ import annotations

import os
import stat
import tempfile
from collections.abc import Mapping
from pathlib import Path

from litbook.errors import DataProblems, Problem

MOST_BYTES = 4_000_000  # a descriptor of a thousand tables is a quarter of this


def read_small(path: Path, wanted: str, mend: str = "add it", longest: int = MOST_BYTES) -> str:
    """The text of a file without a byte order mark and with LF at its lines' ends.

    ``wanted`` says what the file should be, ``mend`` what to do where it is not there. Raises DataProblems for a file
    that is missing, not a file, longer than MOST_BYTES, not UTF-8, or with a line of more than ``longest`` characters.
    """

    def refuse(place: str, line: int | None, found: str, allowed: str, advice: str) -> DataProblems:
        return DataProblems([Problem(place, line, "", found, allowed, advice)])

    try:
        raw = read_regular(path)
    except FileNotFoundError:
        raise refuse(str(path), None, "the file is missing", wanted, mend) from None
    except OSError as error:
        raise refuse(str(path), None, f"can't be read: {error.strerror}", wanted, "mend its permissions or its kind") from None
    if len(raw) > MOST_BYTES:
        raise refuse(path.name, None, f"{len(raw)} bytes", f"{wanted}, at most {MOST_BYTES} bytes", "take out what is not part of it")
    try:
        text = raw.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise refuse(path.name, line, f"byte {raw[error.start]:#04x} is not UTF-8", "UTF-8", "save the file as UTF-8") from None
    for number, one in enumerate(text.split("\n"), 1):
        if len(one) > longest:
            raise refuse(path.name, number, f"a line of {len(one)} characters", f"at most {longest}", "break the line")
    return text


def read_regular(path: Path, most: int = -1) -> bytes:
    """The bytes of a regular file, the first ``most`` or all. Raises OSError also for pipes and devices, which may never end."""
    if not stat.S_ISREG(path.stat().st_mode):
        kind = "is a directory" if path.is_dir() else "is not a regular file"
        raise OSError(0, kind, str(path))
    with path.open("rb") as file:
        return file.read(most)


def write_all(texts: Mapping[Path, str]) -> None:
    """Write several files, each whole: first all of them beside their places, then each put in its place by a rename."""
    staged: dict[Path, Path] = {}
    try:
        for path, text in texts.items():
            target = path.resolve()  # a link stays a link
            handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
            staged[target] = Path(name)
            with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            staged[target].chmod(stat.S_IMODE(target.stat().st_mode) if target.exists() else 0o644)
        for target, part in staged.items():
            part.replace(target)
    finally:
        for part in staged.values():
            part.unlink(missing_ok=True)
