"""A process that has loaded what every notebook loads, and forks a kernel from itself for each report.

Starting Python, pandas and matplotlib anew costs more than most reports. Each kernel is a process of its own all the same:
what one report does to its memory no other sees. Run as ``python -m litbook.build.warm FD ROOT APART...`` by ``kernels``.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import sys
from pathlib import Path
from typing import Any


def main() -> None:
    """Serve requests from the socket ``FD``: ``{"argv", "cwd"}`` forks a kernel, ``{"poll": pid}`` asks for its exit code."""
    channel = socket.socket(fileno=int(sys.argv[1]))
    root, *apart = (Path(word).resolve() for word in sys.argv[2:])  # now: kernels change their folder
    _preload()
    children: dict[int, int | None] = {}
    with channel.makefile("r", encoding="utf-8") as requests:
        channel.sendall(b'{"ready": true}\n')
        for line in requests:
            request = json.loads(line)
            if "argv" in request:
                pid = os.fork()
                if pid == 0:
                    channel.close()
                    _kernel(request, root, apart)
                children[pid] = None
                answer: dict[str, Any] = {"pid": pid}
            else:
                answer = {"code": _code(children, request["poll"])}
            channel.sendall(json.dumps(answer).encode() + b"\n")
    for pid, code in children.items():  # whoever asked is gone
        if code is None and _code(children, pid) is None:
            os.killpg(pid, signal.SIGKILL)


def _preload() -> None:
    import ipykernel.kernelapp
    import matplotlib_inline.backend_inline
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    import litbook.explore
    from litbook import charts, tables

    assert all((ipykernel.kernelapp, matplotlib_inline.backend_inline, litbook.explore, charts, tables))
    figure = Figure()
    figure.text(0, 0, "fonts are looked up once")
    FigureCanvasAgg(figure).draw()  # type: ignore[no-untyped-call]


def _kernel(request: dict[str, Any], root: Path, apart: list[Path]) -> None:
    """Become a kernel; never returns."""
    from ipykernel.kernelapp import launch_new_instance

    from litbook import reads

    code = 1
    try:
        os.setsid()
        os.chdir(request["cwd"])
        os.environ["JPY_PARENT_PID"] = str(os.getppid())
        reads.watch(root, apart)
        sys.argv = ["ipykernel_launcher", *request["argv"]]
        launch_new_instance(request["argv"])
        code = 0
    finally:
        os._exit(code)


def _code(children: dict[int, int | None], pid: int) -> int | None:
    if children.get(pid) is None:
        done, status = os.waitpid(pid, os.WNOHANG)
        if done:
            children[pid] = os.waitstatus_to_exitcode(status)
    return children[pid]


if __name__ == "__main__":
    main()
