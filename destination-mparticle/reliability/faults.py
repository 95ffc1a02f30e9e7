"""Syncs while mParticle goes wrong: `python -m reliability.faults [--seeds 0-999] [-n PROCESSES] [--no-dedup]`.

Ends with 1 where a promise was broken.
"""

import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from random import Random

from mparticle_sandbox import SandboxProcess

from reliability.inputs import Mark, Message, mended, messages, rest, shuffled
from reliability.judge import Sync, findings
from reliability.plan import RECORDS, Plan, draw
from reliability.service_faults import Faults
from reliability.stored import Stored, read_stored, without_repeats
from reliability.syncs import SANDBOX, prepare, sync
from reliability.table import table
from reliability.workers import Result, RunSeed, parser, run_all

_MOST_SYNCS = 5
# What a sync that failed has left on its way takes effect by then: after a replay it would be an older value.
_ON_ITS_WAY_S = 0.3


def main() -> None:
    """Run the seeds and print what came of them."""
    arguments = parser("Syncs while mParticle goes wrong.", "0-999")
    arguments.add_argument("--no-dedup", action="store_true", help="count what arrives twice where nothing drops it")
    chosen = arguments.parse_args()
    runs = partial(_runs, deduplicate=not chosen.no_dedup)
    results, cpu_seconds = run_all(runs, chosen.seeds, chosen.n, SANDBOX)
    sys.stdout.write(table(results, cpu_seconds))
    sys.exit(any(result.findings for result in results))


def run_seed(sandbox: SandboxProcess, seed: int, *, deduplicate: bool = True, records: int = RECORDS) -> Result:
    """Run one seed: syncs until all is confirmed, each of what those before it left."""
    plan = draw(seed, records)
    prepare(sandbox, plan, deduplicate=deduplicate)
    done = _syncs(sandbox, plan)
    every = read_stored(sandbox, with_accounts=plan.accounts > 0)
    stored = every if deduplicate else without_repeats(every)
    found = findings(done, stored, was_shuffled=is_shuffled(plan) and len(done) > 1)
    return Result(seed, found, counts(done, every, stored), Counter(_kinds(plan, done)))


@contextmanager
def _runs(*, deduplicate: bool) -> Iterator[RunSeed]:
    yield partial(run_seed, deduplicate=deduplicate)


def counts(done: list[Sync], every: Stored, stored: Stored) -> Counter[str]:
    """Return what the table adds up."""
    return Counter(
        {
            "syncs": len(done),
            "syncs that failed": sum(sync.error is not None for sync in done),
            "records": len(done[0].rows),
            "records sent again": sum(len(sync.rows) for sync in done[1:]),
            "states": sum(isinstance(message, Mark) for message in done[0].sent),
            "records accepted": len(stored.copies),
            "records rejected": sum(len(sync.rejects) for sync in done),
            "repeated batches": stored.absorbed,
            "records that a missing dedup doubles": len(every.copies) - len(stored.copies),
        }
    )


def what_is_left(plan: Plan, sent: Sequence[Message], ended: Sync) -> list[Message]:
    """Return what the source sends after a sync that has failed. Where no event has company, in another order."""
    left = rest(sent, [receipt.number for receipt in ended.states])
    return shuffled(left, Random(f"order of {plan.seed}")) if is_shuffled(plan) else left


def is_shuffled(plan: Plan) -> bool:
    """Return whether what is sent again comes in another order."""
    return plan.grouping == "single"


def _syncs(sandbox: SandboxProcess, plan: Plan) -> list[Sync]:
    done: list[Sync] = []
    sent: list[Message] = messages(plan)
    rng = Random(f"looks of {plan.seed}")
    with tempfile.TemporaryDirectory() as folder:
        for number in range(_MOST_SYNCS):
            faults = plan.faults[number] if number < len(plan.faults) else Faults()
            store = Path(folder, str(number))
            # A machine that is busy must not end the later ones too.
            patience = plan.patience if number == 0 else 30.0
            done.append(sync(sandbox, plan, sent, faults, store, patience=patience, look_at=rng.randint(1, 12)))
            if done[-1].error is None:
                break
            time.sleep(_ON_ITS_WAY_S)
            sent = what_is_left(plan, sent, done[-1])
            if plan.on_rejected == "fail":
                sent = mended(sent)
    return done


def _kinds(plan: Plan, done: list[Sync]) -> list[str]:
    chosen = [f"states: {plan.states}", f"grouping: {plan.grouping}", f"on_rejected: {plan.on_rejected}"]
    chosen += ["rejected rows"] * (plan.bad > 0) + ["equal rows"] * (plan.twins > 0) + ["old events"] * (plan.old > 0)
    chosen += ["worker processes"] * plan.workers
    return [*chosen, *(f"fault: {kind}" for kind in set[str]().union(*(sync.faults for sync in done)))]


if __name__ == "__main__":
    main()
