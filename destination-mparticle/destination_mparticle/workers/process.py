"""Runs in a process of its own: prepares the records in the lines that come on standard input.

First come the run's configuration, its catalog and when it started, pickled. They are confirmed with an empty response
once the mappings are compiled.
"""

import os
import pickle
import sys
from contextlib import suppress
from typing import Final

from destination_mparticle.events_api.stage import batch_defaults
from destination_mparticle.mapping.columns import ColumnWatch
from destination_mparticle.mapping.compile import compile_plans
from destination_mparticle.mapping.plan import Plan
from destination_mparticle.objects.apis import EVENTS_API
from destination_mparticle.pipeline.ahead import AheadPreparer
from destination_mparticle.protocol.messages import read_record
from destination_mparticle.sync_run import Run
from destination_mparticle.workers.pipes import LineResult, decode_lines, encode, receive, send

_LEFT: Final = LineResult(0, None)


def can_prepare(plan: Plan[object]) -> bool:
    """Whether records with this plan can be prepared ahead."""
    return plan.api is EVENTS_API and not plan.by_shape and not plan.definition.is_ready_made


class RunPreparer:
    """Prepares the records of a run that are like any other, each as if it were the first."""

    def __init__(self, run: Run) -> None:
        self._preparers = {
            stream: (number, AheadPreparer(stream, plan, batch_defaults(run)))
            for number, (stream, plan) in enumerate(run.plans.items())
            if can_prepare(plan)
        }
        self._columns = ColumnWatch({stream: plan.assignments for stream, plan in run.plans.items()})

    def prepare(self, line: bytes) -> LineResult:
        """Prepare the record in a line, unless there is something about it that its reader has to see."""
        try:
            record = read_record(line)
            number, preparer = self._preparers[record.stream]
            if self._columns.see(record.stream, record.data):
                return _LEFT
            return LineResult(number, preparer.prepare(record.data))
        except Exception:  # noqa: BLE001 - whatever it is, the reader meets it too, and reports it
            return _LEFT


def main() -> None:
    """Prepare until the process that started this one ends it, or itself."""
    with suppress(BrokenPipeError):
        _prepare()


def _prepare() -> None:
    # What is written by mistake must not come between the responses.
    responses = os.dup(sys.stdout.fileno())
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    requests = sys.stdin.fileno()
    setup = receive(requests)
    if setup is None:
        return
    config, catalog, started = pickle.loads(setup)  # noqa: S301 - from the process that started this one
    preparer = RunPreparer(Run(config, catalog, compile_plans(config, catalog).plans, started, ""))
    send(responses, b"")
    while (lines := receive(requests)) is not None:
        send(responses, encode([preparer.prepare(line) for line in decode_lines(lines)]))
