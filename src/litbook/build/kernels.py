"""Kernels for reports: forked from a warm process, waited for with patience, killed with the build."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from queue import Empty
from threading import Lock
from time import monotonic
from typing import Any

from jupyter_client.asynchronous.client import AsyncKernelClient
from jupyter_client.channels import AsyncZMQSocketChannel
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning.local_provisioner import LocalProvisioner
from traitlets import Type

KERNEL = "python3"
SLICE = 1.0  # seconds
START_SECONDS = 60
# The same on every machine: what a notebook prints must not depend on where and when it runs.
FIXED = {
    "PYTHONHASHSEED": "0",
    "TZ": "UTC",
    "LC_ALL": "C.UTF-8",
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",
    "OPENBLAS_NUM_THREADS": "1",  # threads do not survive a fork
    "OMP_NUM_THREADS": "1",
}


class Warm:
    """The warm process. ``folder`` takes what it and its kernels leave behind; ``data`` is where they look for reviews."""

    def __init__(self, folder: Path, data: Path, root: Path, apart: Sequence[Path]):
        self.folder = folder
        ours, theirs = socket.socketpair()
        environment = {**os.environ, **FIXED, "LITBOOK_DATA": str(data), "IPYTHONDIR": str(folder / "ipython")}
        self._log = (folder / "kernels.log").open("ab")
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603 our own module, by our own interpreter
                [sys.executable, "-P", "-m", "litbook.build.warm", str(theirs.fileno()), str(root), *map(str, apart)],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=self._log,
                stderr=self._log,
                env=environment,
                start_new_session=True,  # Ctrl-C is for the build, which then closes this
            )
        self._channel = ours
        self._answers = ours.makefile("r", encoding="utf-8")
        self._lock = Lock()
        self._ready = False

    def fork(self, argv: Sequence[str], cwd: str) -> int:
        """Start a kernel; returns its process id."""
        return int(self._ask({"argv": list(argv), "cwd": cwd})["pid"])

    def code(self, pid: int) -> int | None:
        """The exit code of a kernel, None while it runs."""
        answer: int | None = self._ask({"poll": pid})["code"]
        return answer

    def _ask(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """Raises RuntimeError where the warm process is gone."""
        with self._lock:
            try:
                if not self._ready:
                    self._ready = bool(json.loads(self._answers.readline()))
                self._channel.sendall(json.dumps(request).encode() + b"\n")
                answer: dict[str, Any] = json.loads(self._answers.readline())
            except (OSError, ValueError):
                raise RuntimeError(f"the process that starts kernels has stopped: {self.last_words()}") from None
        return answer

    def last_words(self) -> str:
        """The last line that the warm process or a kernel wrote."""
        lines = (self.folder / "kernels.log").read_text(encoding="utf-8", errors="replace").split("\n")
        return next((line.strip() for line in reversed(lines) if line.strip()), "it left no message")

    def close(self) -> None:
        """Stop the warm process and with it every kernel that is left. May be called again."""
        if self._log.closed:
            return
        self._channel.shutdown(socket.SHUT_RDWR)
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._answers.close()
        self._channel.close()
        self._log.close()


class _Forked:
    """A kernel's process, in the words of subprocess.Popen."""

    stdin = stdout = stderr = None

    def __init__(self, warm: Warm, pid: int):
        self._warm, self.pid = warm, pid
        self.died: int | None = None

    def poll(self) -> int | None:
        try:
            self.died = self._warm.code(self.pid)
        except (RuntimeError, OSError):  # no kernel outlives the warm process; whoever waits for this one must hear of it
            self.died = -signal.SIGKILL
        return self.died

    def wait(self) -> int | None:
        return self.poll()

    def send_signal(self, signum: int) -> None:
        os.kill(self.pid, signum)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)


class _Provisioner(LocalProvisioner):
    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> Any:
        manager: Any = self.parent
        after = cmd.index("ipykernel_launcher") + 1
        self.pid = manager.warm.fork(cmd[after:], str(manager.cwd))
        self.pgid = self.pid
        self.process: Any = _Forked(manager.warm, self.pid)
        manager.forked = self.process
        return self.connection_info


class _PatientChannel(AsyncZMQSocketChannel):
    """Waits in slices. A socket that is waited for once and for long can miss that a message came in (seen on a
    machine under load: an answer lay there until the time was up); asking again finds it."""

    async def get_msg(self, timeout: float | None = None) -> dict[str, Any]:  # type: ignore[override]
        end = None if timeout is None else monotonic() + timeout
        while True:
            left = SLICE if end is None else max(0.0, min(SLICE, end - monotonic()))
            try:
                return await super().get_msg(timeout=left)
            except Empty:
                if end is not None and monotonic() >= end:
                    raise


class _Client(AsyncKernelClient):
    shell_channel_class = Type(_PatientChannel)
    iopub_channel_class = Type(_PatientChannel)
    control_channel_class = Type(_PatientChannel)

    async def _async_wait_for_ready(self, timeout: float | None = None) -> None:
        """Wait until the kernel answers on both channels. The usual way goes on to wait until nothing more comes, a fifth of
        a second for each kernel; what comes late is told apart by its parent anyway."""
        end = monotonic() + (timeout or START_SECONDS)
        while True:
            self.kernel_info()
            try:
                answer = await self.shell_channel.get_msg(timeout=1)
                await self.iopub_channel.get_msg(timeout=1)
            except Empty:
                answer = {"msg_type": ""}
            if answer["msg_type"] == "kernel_info_reply":
                self._handle_kernel_info_reply(answer)
                return
            parent: Any = self.parent
            if not await parent.is_alive():
                raise RuntimeError("it died before it answered")
            if monotonic() > end:
                raise RuntimeError(f"it did not answer within {timeout:g} s")

    wait_for_ready = _async_wait_for_ready


class WarmKernelManager(AsyncKernelManager):
    """Manages one kernel that is forked from ``warm`` and works in the folder ``cwd``."""

    def __init__(self, warm: Warm, cwd: Path, name: str):
        connection = warm.folder / f"{name}.json"
        super().__init__(kernel_name=KERNEL, connection_file=str(connection), client_factory=_Client)
        self.warm, self.cwd = warm, cwd
        self.forked: Any = None

    @property
    def died(self) -> int | None:
        """The exit code of the kernel, None while it runs or before it began."""
        code: int | None = self.forked.died if self.forked else None
        return code

    @property
    def kernel_spec(self) -> KernelSpec:
        """This interpreter's own kernel, whatever kernels the machine knows by that name."""
        argv = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
        return KernelSpec(argv=argv, display_name="Python 3", language="python")

    async def _async_pre_start_kernel(self, **kw: Any) -> Any:
        self.provisioner = _Provisioner(kernel_id=self.kernel_id or "", kernel_spec=self.kernel_spec, parent=self)
        return await super()._async_pre_start_kernel(**kw)

    async def _async_kill_kernel(self, restart: bool = False) -> None:
        """Kill it and look often whether it is gone; the usual way looks ten times a second."""
        provisioner: Any = self.provisioner
        end = monotonic() + 5
        await provisioner.kill()
        while await provisioner.poll() is None and monotonic() < end:
            await asyncio.sleep(0.005)
        provisioner.process = None
