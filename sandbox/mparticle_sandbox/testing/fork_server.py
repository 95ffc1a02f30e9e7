"""Start a program's commands without importing it again: a process that has imported it forks a child for each.

    with ForkServer("source_mparticle", preload=["source_mparticle.commands"]) as server:
        subprocess.run([*server.command, "spec"])

A child runs the module as `python -m` does, with the arguments, environment, directory and standard streams of the
process that a test has started. That process exits with the child's exit code, and a child dies with it. A child starts
as clean as an interpreter that has just imported the program: the server itself never runs a command and has no second
thread. A test that sends signals uses `popen`, which sends them to the child itself.

What differs from a process of its own: the process id, memory (pages are shared with the server), and what Python
reads from the environment when it starts, such as PYTHONPATH. A test of these starts a real process.
"""

import gc
import importlib
import json
import os
import runpy
import select
import shlex
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import IO, final

from mparticle_sandbox.testing.fork_client import PID_TO

# To preload for the destination, whose commands import what they need only when they run.
DESTINATION_COMMANDS = (
    "destination_mparticle.commands",
    "destination_mparticle.check",
    "destination_mparticle.preview",
)

_CLIENT = Path(__file__).with_name("fork_client.py")
_NATIVE_THREADS = Path("/proc/self/task")


@final
class ForkServer:
    """A server for `python -m module`, for as long as a `with` block lasts."""

    def __init__(self, module: str, preload: Sequence[str] = ()) -> None:
        """`preload` names what is imported before the first fork. It must start no thread."""
        self._modules = [module, *preload]

    def __enter__(self) -> "ForkServer":
        self._folder = tempfile.TemporaryDirectory()
        self.address = Path(self._folder.name, "socket")
        self.command = [sys.executable, "-I", "-S", str(_CLIENT), str(self.address)]
        with socket.socket(socket.AF_UNIX) as listener:
            # Whoever connects while the server still imports waits for it here.
            listener.bind(str(self.address))
            listener.listen(128)
            command = [sys.executable, "-m", __name__, str(listener.fileno()), *self._modules]
            # Pipes like those of most tests: Python asks once whether a stream is a file or a terminal.
            self._process = subprocess.Popen(  # noqa: S603 - our own interpreter
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                pass_fds=[listener.fileno()],
                start_new_session=True,
            )
        return self

    def popen(
        self, *arguments: str, stdin: int | IO[bytes] = subprocess.PIPE, stdout: int | IO[bytes] = subprocess.PIPE
    ) -> "ForkedProcess":
        """Start the command; returns once a child has been forked for it. Its stderr is a pipe."""
        return ForkedProcess([*self.command, *arguments], stdin, stdout)

    def write_script(self, path: Path) -> Path:
        """Write an executable file that does what `command` does, for whoever runs the program by its name."""
        path.write_text(f'#!/bin/sh\nexec {shlex.join(self.command)} "$@"\n', encoding="utf-8")
        path.chmod(0o755)
        return path

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        with self._process:
            _, errors = self._process.communicate()
        self._folder.cleanup()
        sys.stderr.write(errors.decode())


class ForkedProcess(subprocess.Popen[bytes]):
    """A command in a forked child. Signals go to `child_pid`; `pid` is the process that waits for it."""

    def __init__(self, command: Sequence[str], stdin: int | IO[bytes], stdout: int | IO[bytes]) -> None:
        pids, pid = os.pipe()
        with os.fdopen(pids) as told:
            try:
                super().__init__(
                    command,
                    stdin=stdin,
                    stdout=stdout,
                    stderr=subprocess.PIPE,
                    pass_fds=[pid],
                    env={**os.environ, PID_TO: str(pid)},
                )
            finally:
                os.close(pid)
            self.child_pid = int(told.read())

    def send_signal(self, sig: int) -> None:
        """Send a signal to the child, unless it has ended."""
        if self.poll() is None:
            with suppress(ProcessLookupError):
                os.kill(self.child_pid, sig)


class _Server:
    """The listener, and the children by the connection of whoever started them."""

    def __init__(self, listener: socket.socket) -> None:
        self._listener = listener
        self._children: dict[socket.socket, int] = {}
        self._wakeups, wake = os.pipe()
        os.set_blocking(wake, False)
        os.set_blocking(self._wakeups, False)
        signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)

    def arguments_of_next_child(self) -> list[str] | None:
        """Fork for every command; returns its arguments in the child, and None in the server when stdin has ended."""
        while True:
            watched: list[int | socket.socket] = [0, self._listener, self._wakeups, *self._children]
            ready, _, _ = select.select(watched, [], [])
            if 0 in ready:
                return None
            if self._wakeups in ready:
                os.read(self._wakeups, 4096)
                self._tell_exit_codes()
            for client in self._children.keys() & set(ready):
                # Whoever started the command is gone.
                os.kill(self._children[client], signal.SIGKILL)
            if self._listener in ready and (arguments := self._accept()) is not None:
                return arguments

    def _accept(self) -> list[str] | None:
        client, _ = self._listener.accept()
        size, streams, _, _ = socket.recv_fds(client, 4, 3)
        with client.makefile("rb") as file:
            request = json.loads(file.read(int.from_bytes(size, "big")))
        if (pid := os.fork()) == 0:
            client.close()
            self._become_child(request["directory"], request["environment"], streams)
            return list(request["arguments"])
        for stream in streams:
            os.close(stream)
        self._children[client] = pid
        _tell(client, pid)
        return None

    def _become_child(self, directory: str, environment: dict[str, str], streams: list[int]) -> None:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        self._listener.close()
        for client in self._children:
            client.close()
        # Both objects and descriptors stay: handlers that were made by an import write to them.
        for number, stream in enumerate(streams):
            os.dup2(stream, number)
            os.close(stream)
        os.chdir(directory)
        os.environ.clear()
        os.environ.update(environment)

    def _tell_exit_codes(self) -> None:
        for client, pid in list(self._children.items()):
            ended, status = os.waitpid(pid, os.WNOHANG)
            if ended:
                _tell(client, os.waitstatus_to_exitcode(status))
                client.close()
                del self._children[client]

    def end(self) -> None:
        """Leave no child behind."""
        for pid in self._children.values():
            os.kill(pid, signal.SIGKILL)


def _tell(client: socket.socket, number: int) -> None:
    with suppress(OSError):
        client.sendall(b"%d\n" % number)


def main() -> None:
    """Serve until stdin ends; in a child, run the module. Arguments: the listener's descriptor, the modules."""
    listener, module, *preload = sys.argv[1:]
    for name in preload:
        importlib.import_module(name)
    _require_one_thread()
    # A child has no need to look through what it was born with.
    gc.collect()
    gc.freeze()
    server = _Server(socket.socket(fileno=int(listener)))
    arguments = server.arguments_of_next_child()
    if arguments is None:
        server.end()
        return
    sys.argv = [module, *arguments]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


def _require_one_thread() -> None:
    native = len(list(_NATIVE_THREADS.iterdir())) if _NATIVE_THREADS.is_dir() else 1
    if threading.active_count() > 1 or native > 1:
        sys.exit("A module that was imported has started a thread, which a forked process would lack.")


if __name__ == "__main__":
    main()
