"""The process that forks a sync for each case: `python -m integration_tests.matrix.forks FOLDER CORE`.

It starts a sandbox, imports and builds the source once, and forks at the point where the source begins to read, so a
case costs neither imports nor the building of streams. Another source reads everything before, so that imports,
templates and the interpreter are warm; the source keeps nothing in its modules that a sync changes.

Commands come on stdin and answers go to the file descriptor that `FORKS_ANSWERS` names, each a line of JSON. A forked
child serves the damaged mParticle to itself, from threads of its own, on sockets that were bound before: the
configuration is the same for every case.
"""

import gc
import json
import logging
import os
import select
import signal
import socket
import sys
import threading
import time
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from integration_tests.matrix.clock import JumpingClock, hurry_time_outs

_wall = time.monotonic
JumpingClock().install()

import pytest  # noqa: E402
from mparticle_sandbox import SandboxProcess  # noqa: E402

import source_mparticle.run as entry_point  # noqa: E402
from integration_tests.matrix.faults import fault_named  # noqa: E402
from integration_tests.matrix.reply import Reply  # noqa: E402
from integration_tests.matrix.server import Rule, Server  # noqa: E402
from integration_tests.prepared_manifests import remember_prepared_manifests  # noqa: E402
from integration_tests.sandbox_objects import objects_in  # noqa: E402
from source_mparticle import SourceMparticle  # noqa: E402

# Lists that are as long as this costs nothing have more than five objects, so that one that is cut short shows.
SIZE = {
    "accounts": 6,
    "workspaces": 2,
    "audiences": 7,
    "calculated_attributes": 2,
    "data_plans": 2,
    "profiles": 6,
    "apps": 2,
    "services": 3,
    "partner_feeds": 2,
    "users": 6,
    "data_points": 6,
    "profile_rate": 10_000,
}
LONGEST_SYNC_S = 120
ENDED, HUNG = "ended", "hung"


class _Forks:
    """What the parent and its children share."""

    def __init__(self, folder: Path, sandbox: SandboxProcess) -> None:
        self.folder = folder
        self.is_child = False
        self._answers = os.fdopen(int(os.environ["FORKS_ANSWERS"]), "w")
        self._objects = objects_in(sandbox)
        self._listener, self._foreign = _listening(), _listening()
        self._server = Server((urlsplit(sandbox.url).hostname or "", urlsplit(sandbox.url).port or 0))
        self._server.origin, self._server.elsewhere = _url(self._listener), _url(self._foreign)
        self.config = {
            "client_id": sandbox.client_id,
            "client_secret": sandbox.client_secret,
            "account_id": sandbox.account_id,
            "org_id": sandbox.org_id,
            "api_url": self._server.origin,
            "token_url": f"{self._server.origin}/oauth/token",
            "profiles": {
                "workspace_id": "5318",
                "identities": [str(profile["mpid"]) for profile in sandbox.profiles()],
            },
        }

    def until_child(self) -> bool:
        """Fork for each command; True in a child, False in the parent once there are no more commands."""
        catalog = json.loads((self.folder / "catalog.json").read_text())
        self._say({"config": self.config, "catalog": catalog, "objects": self._objects})
        for line in sys.stdin:
            command = json.loads(line)
            if self._fork(command):
                return True
        return False

    def _fork(self, command: dict[str, Any]) -> bool:
        started = _wall()
        reports, report = os.pipe()
        pid = os.fork()
        if pid == 0:
            os.close(reports)
            self._become_child(command, report)
            return True
        os.close(report)
        state = self._wait(pid, reports)
        told = b"".join(iter(lambda: os.read(reports, 65536), b""))
        os.close(reports)
        _, status, usage = os.wait4(pid, 0)
        answer = json.loads(told) if told else {}
        for path, reply in answer.pop("known", {}).items():
            self._server.known.setdefault(path, _reply(reply))
        code = os.waitstatus_to_exitcode(status)
        spent = {"seconds": round(_wall() - started, 3), "cpu_seconds": round(usage.ru_utime + usage.ru_stime, 3)}
        self._say({"state": state, "exit": code, "peak_mb": usage.ru_maxrss >> 10, **spent, **answer})
        return False

    def _wait(self, pid: int, reports: int) -> str:
        """Wait until the child says that it has ended, or is killed for having hung."""
        ready, _, _ = select.select([reports], [], [], LONGEST_SYNC_S)
        if ready:
            return ENDED
        os.kill(pid, signal.SIGKILL)
        return HUNG

    def _become_child(self, command: dict[str, Any], report: int) -> None:
        self.is_child = True
        self._report = report
        for number, name in ((1, "stdout"), (2, "stderr")):
            file = os.open(self.folder / name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
            os.dup2(file, number)
            os.close(file)
        self._server.rules = [Rule(**{**rule, "paths": frozenset(rule["paths"])}) for rule in command["rules"]]
        self._server.token_lasts = command["token_lasts"]
        if any(fault_named(rule["fault"]).hangs for rule in command["rules"]):
            hurry_time_outs()
        self._knew = set(self._server.known)
        self._server.serve(self._listener)
        self._server.serve(self._foreign, foreign=True)

    def end_child(self, code: int) -> None:
        """Tell the parent what was asked for, and leave."""
        sys.stdout.flush()
        sys.stderr.flush()
        known = {path: vars(reply) for path, reply in self._server.known.items() if path not in self._knew}
        told = {
            "asked": dict(self._server.asked),
            "asked_elsewhere": self._server.asked_elsewhere,
            "token": self._server.token,
            "known": {path: {**reply, "body": reply["body"].decode()} for path, reply in known.items()},
        }
        with os.fdopen(self._report, "w") as file:
            file.write(json.dumps(told))
        os._exit(code)

    def _say(self, message: dict[str, Any]) -> None:
        self._answers.write(json.dumps(message) + "\n")
        self._answers.flush()


def main() -> None:
    """Serve until stdin ends."""
    folder = Path(sys.argv[1])
    remember_prepared_manifests(pytest.MonkeyPatch())
    with SandboxProcess(**SIZE) as sandbox:
        forks = _Forks(folder, sandbox)
        (folder / "config.json").write_text(json.dumps(forks.config))
        (folder / "catalog.json").write_text(json.dumps(_catalog(forks.config)))
        _stay_on_core(int(sys.argv[2]))
        _warm_up({**forks.config, "api_url": sandbox.url, "token_url": f"{sandbox.url}/oauth/token"}, folder)
        read = SourceMparticle.read

        def fork_and_read(self: SourceMparticle, *arguments: Any, **named: Any) -> Iterator[Any]:
            # Built here for all children: none has asked for anything yet.
            streams = self.streams(forks.config)
            self.streams = lambda config: streams  # type: ignore[method-assign] # noqa: ARG005
            # A child has no need to look through what it was born with.
            gc.collect()
            gc.freeze()
            sys.stdout.flush()
            if forks.until_child():
                yield from read(self, *arguments, **named)

        SourceMparticle.read = fork_and_read  # type: ignore[method-assign]
        # The thread that the entry point starts for signals has nothing to do with the child.
        warnings.filterwarnings("ignore", category=DeprecationWarning, message=".*multi-threaded.*fork.*")
        files = ("--config", str(folder / "config.json"), "--catalog", str(folder / "catalog.json"))
        sys.argv = ["source-mparticle", "read", *files]
        code = _exit_code_of_run()
        if forks.is_child:
            forks.end_child(code)


def _stay_on_core(number: int) -> None:
    """Where the system can, keep to one core: the threads of a sync mostly wait for each other, and wake sooner."""
    if hasattr(os, "sched_setaffinity"):
        cores = sorted(os.sched_getaffinity(0))
        os.sched_setaffinity(0, {cores[number % len(cores)]})


def _warm_up(config: dict[str, Any], folder: Path) -> None:
    """Read all streams from the sandbox itself, with a source of its own and with no thread left."""
    catalog = SourceMparticle.read_catalog(str(folder / "catalog.json"))
    for _ in SourceMparticle(catalog, config).read(logging.getLogger("airbyte"), config, catalog):
        pass
    for thread in set(threading.enumerate()) - {threading.current_thread()}:
        thread.join()


def _exit_code_of_run() -> int:
    """Run the source's entry point, and end it as the interpreter would."""
    try:
        entry_point.run()
    except SystemExit as end:
        return _code(end)
    except BaseException:  # noqa: BLE001 - as the interpreter does it
        try:
            sys.excepthook(*sys.exc_info())
        except SystemExit as end:
            return _code(end)
        return 1
    return 0


def _code(end: SystemExit) -> int:
    return end.code if isinstance(end.code, int) else int(end.code is not None)


def _catalog(config: dict[str, Any]) -> dict[str, Any]:
    found = SourceMparticle().discover(logging.getLogger("airbyte"), config)
    return {
        "streams": [
            {
                "stream": {
                    "name": stream.name,
                    "json_schema": {},
                    "supported_sync_modes": [mode.value for mode in stream.supported_sync_modes or ()],
                    "source_defined_primary_key": stream.source_defined_primary_key,
                },
                "sync_mode": "full_refresh",
                "destination_sync_mode": "overwrite",
            }
            for stream in found.streams
        ]
    }


def _listening() -> socket.socket:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    # A port that was asked for by its number is kept when the socket is shut down and listens again.
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", port))
    listener.listen(128)
    return listener


def _url(listener: socket.socket) -> str:
    return f"http://127.0.0.1:{listener.getsockname()[1]}"


def _reply(told: dict[str, Any]) -> Reply:
    return Reply(**{**told, "body": told["body"].encode()})


if __name__ == "__main__":
    main()
