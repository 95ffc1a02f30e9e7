"""Runs one sync as a process of its own, as Airbyte does, and ends it at some moment."""

import signal
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import orjson
from mparticle_sandbox import SandboxProcess
from mparticle_sandbox.testing import command_files
from mparticle_sandbox.testing.fork_server import ForkedProcess, ForkServer

from reliability.inputs import Message, text_of
from reliability.judge import Finding, Sync
from reliability.plan import Plan
from reliability.syncs import catalog_of, config_of, receipt, rejects_in

_LONGEST_END_S = 10
_TERMINATED = 143


@dataclass(frozen=True)
class Moment:
    """When and how a sync is ended: asked to (SIGTERM) or not (SIGKILL), after so many states, or after so long.

    With `at_reject`, after the first state from then on that confirms a rejected row.
    """

    asks: bool
    after_states: int
    after_ms: int
    at_reject: bool = False

    def __str__(self) -> str:
        name = "SIGTERM" if self.asks else "SIGKILL"
        return f"{name} after a state" if self.after_states else f"{name} after a time"


class Ended(NamedTuple):
    """A sync that was ended, and what was wrong with how it ended."""

    sync: Sync
    findings: list[Finding]


def killed_sync(
    connector: ForkServer, sandbox: SandboxProcess, plan: Plan, sent: list[Message], moment: Moment, store: Path
) -> Ended:
    """Write these messages until the moment comes. A sync that is over by then is left alone."""
    folder = store.with_name(f"{store.name}-files")
    folder.mkdir()
    (folder / "input.jsonl").write_bytes(text_of(sent, plan))
    files = command_files(folder, config=config_of(sandbox, plan, store), catalog=catalog_of(plan))
    done = Sync(sent)
    with (folder / "input.jsonl").open("rb") as source, connector.popen("write", *files, stdin=source) as process:
        asked_at, ended_at = _read(process, moment, done)
    done.rejects = rejects_in(store)
    code = process.returncode
    found = []
    if asked_at is None or code == 0:
        if code != 0:
            found.append(Finding("exit code", f"the sync ended by itself with {code}: {done.error}"))
    elif not moment.asks:
        done.error = done.error or "SIGKILL"
    elif code != _TERMINATED or "SIGTERM" not in (done.error or ""):
        found.append(Finding("exit code", f"SIGTERM ended the sync with {code}: {done.error}"))
    elif ended_at - asked_at > _LONGEST_END_S:
        found.append(Finding("slow end", f"SIGTERM ended the sync after {ended_at - asked_at:.1f} s"))
    return Ended(done, found)


def _read(process: ForkedProcess, moment: Moment, done: Sync) -> tuple[float | None, float]:
    """Take in what it prints, end it at the moment, and return when it was told to end, and when it had."""
    told: list[float] = []

    def tell() -> None:
        told.append(time.monotonic())
        process.send_signal(signal.SIGTERM if moment.asks else signal.SIGKILL)

    timer = threading.Timer(moment.after_ms / 1000, tell)
    if not moment.after_states:
        timer.start()
    assert process.stdout is not None
    for line in process.stdout:
        if not line.endswith(b"\n"):
            # Cut off by the kill: whoever reads it takes it for nothing.
            continue
        printed = receipt(line)
        if printed is not None:
            done.states.append(printed)
            is_late = bool(moment.after_states) and len(done.states) >= moment.after_states
            if is_late and not told and (printed.rejected or not moment.at_reject):
                tell()
        elif b'"TRACE"' in line:
            done.error = orjson.loads(line)["trace"]["error"]["message"]
    process.wait()
    timer.cancel()
    return (told[0] if told else None), time.monotonic()
