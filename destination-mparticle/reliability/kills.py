"""Syncs that are killed and sent again: `python -m reliability.kills [--seeds 0-199] [-n PROCESSES]`.

The sandbox keeps what it gets twice, so that ids can be compared. Ends with 1 where a promise was broken.
"""

import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from random import Random

from mparticle_sandbox import SandboxProcess
from mparticle_sandbox.testing.fork_server import DESTINATION_COMMANDS, ForkServer

from reliability.faults import counts, is_shuffled, what_is_left
from reliability.inputs import Mark, Message, messages
from reliability.judge import Finding, Sync, findings
from reliability.killed_sync import Moment, killed_sync
from reliability.plan import EVENTS, Plan, draw
from reliability.service_faults import Faults, Rule
from reliability.stored import read_stored, without_repeats
from reliability.syncs import SANDBOX, prepare, sync
from reliability.table import table
from reliability.workers import Result, RunSeed, parser, run_all

_RECORDS = 4_000
# Longer than the latest response: see `_syncs` of `faults`.
_ON_ITS_WAY_S = 0.1
_EVENTS_PATH = "/v2/*"
_SPECIAL: dict[str, Rule] = {
    "accept, then reset": {"accept_then_reset": True},
    "reset": {"reset": True},
    "202 that is cut off": {"status": 202, "body": {"errors": []}, "truncate": True},
    "503": {"status": 503},
    "429": {"status": 429, "headers": {"Retry-After": "0"}},
}


@dataclass(frozen=True)
class KillPlan:
    """One run: the syncs that are ended, each at its moment, before the one that may finish."""

    plan: Plan
    moments: tuple[Moment, ...]
    rules: tuple[Rule, ...]
    kinds: tuple[str, ...]


def main() -> None:
    """Run the seeds and print what came of them."""
    chosen = parser("Syncs that are killed and sent again.", "0-199").parse_args()
    results, cpu_seconds = run_all(_runs, chosen.seeds, chosen.n, SANDBOX)
    sys.stdout.write(table(results, cpu_seconds))
    sys.exit(any(result.findings for result in results))


@contextmanager
def connector() -> Iterator[ForkServer]:
    """Start what forks the syncs."""
    with ForkServer("destination_mparticle", preload=DESTINATION_COMMANDS) as server:
        yield server


@contextmanager
def _runs() -> Iterator[RunSeed]:
    with connector() as server:
        yield partial(run_seed, server)


def run_seed(server: ForkServer, sandbox: SandboxProcess, seed: int, *, records: int = _RECORDS) -> Result:
    """Run one seed: syncs that are ended, then one that is not, each of what those before it left."""
    chosen = draw_kill(seed, records)
    plan = chosen.plan
    prepare(sandbox, plan, deduplicate=False)
    done: list[Sync] = []
    found: list[Finding] = []
    sent: list[Message] = messages(plan)
    with tempfile.TemporaryDirectory() as folder:
        for number, moment in enumerate(chosen.moments):
            store = Path(folder, str(number))
            store.mkdir()
            sandbox.clear_faults()
            for rule in chosen.rules:
                sandbox.add_fault(**rule)
            ended = killed_sync(server, sandbox, plan, sent, moment, store)
            done.append(ended.sync)
            found += ended.findings
            if moment.asks and not any("accept_then_reset" in rule for rule in chosen.rules):
                found += withheld(plan, ended.sync, {copy.key for copy in read_stored(sandbox).copies})
            if ended.sync.error is None:
                break
            time.sleep(_ON_ITS_WAY_S)
            sent = what_is_left(plan, sent, ended.sync)
        if done[-1].error is not None:
            done.append(sync(sandbox, plan, sent, Faults(), Path(folder, "last")))
    every = read_stored(sandbox, with_accounts=plan.accounts > 0)
    stored = without_repeats(every)
    found += findings(done, stored, was_shuffled=is_shuffled(plan) and len(done) > 1)
    return Result(seed, found, counts(done, every, stored), Counter(chosen.kinds))


def draw_kill(seed: int, records: int) -> KillPlan:
    """Return the plan of a seed."""
    rng = Random(f"kills of {seed}")
    plan = draw(seed, records)
    plan = replace(plan, bad=plan.bad if plan.on_rejected == "skip" else 0)
    states = sum(isinstance(message, Mark) for message in messages(plan))
    moments = tuple(_moment(rng, states) for _ in range(rng.choice((1, 1, 2, 3))))
    special = rng.choice([*_SPECIAL, ""])
    rules: list[Rule] = [{"path": _EVENTS_PATH, "latency_ms": rng.choice((5, 20, 60))}]
    if special:
        times = {"after": rng.randrange(20), "times": rng.randint(1, 2)}
        rules.insert(0, {"path": _EVENTS_PATH, **times, **_SPECIAL[special]})
    if plan.bad:
        moments = (Moment(asks=False, after_states=1, after_ms=0, at_reject=True), *moments[1:])
    kinds = [str(moment) for moment in moments]
    return KillPlan(plan, moments, tuple(rules), (*kinds, *([f"fault: {special}"] if special else ())))


def withheld(plan: Plan, ended: Sync, arrived: set[tuple[str, int]]) -> list[Finding]:
    """Return the state that a sync which was asked to end did not print, though all before it had arrived.

    What arrives before its state is read, as in batches of one event, says nothing.
    """
    if plan.grouping != "by_user" or plan.accounts or set(plan.streams.values()) != {EVENTS} or plan.bad:
        return []
    waiting = [message for message in ended.sent if isinstance(message, Mark)][len(ended.states) :]
    if not waiting:
        return []
    due = _up_to(ended.sent, waiting[0])
    if all(key in arrived for key in due):
        return [Finding("state withheld", f"state {waiting[0].number} did not come, though all before it had arrived")]
    return []


def _up_to(sent: Sequence[Message], mark: Mark) -> list[tuple[str, int]]:
    before = sent[: sent.index(mark)]
    return [
        message.key for message in before if not isinstance(message, Mark) and mark.stream in (None, message.stream)
    ]


def _moment(rng: Random, states: int) -> Moment:
    after_states = rng.randint(1, max(1, states * 3 // 4)) if rng.random() < 0.6 else 0
    return Moment(asks=rng.random() < 0.25, after_states=after_states, after_ms=rng.randrange(1_500))


if __name__ == "__main__":
    main()
