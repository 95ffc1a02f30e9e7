"""Seeds shared out to processes, each with a sandbox of its own, and what they cost."""

import argparse
import gc
import logging
import multiprocessing
import os
import resource
import signal
import sys
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass, field
from functools import partial

import psutil
from mparticle_sandbox import SandboxProcess

from reliability.judge import Finding


@dataclass
class Result:
    """What became of one seed. `counts` are of records, batches and syncs, `kinds` of what went wrong on purpose."""

    seed: int
    findings: list[Finding]
    counts: Counter[str] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)


RunSeed = Callable[[SandboxProcess, int], Result]
OpenRun = Callable[[], AbstractContextManager[RunSeed]]
"""Opens what the runs of one process share."""


def parser(what: str, seeds: str) -> argparse.ArgumentParser:
    """Return the arguments that all runs take."""
    arguments = argparse.ArgumentParser(description=what)
    arguments.add_argument("--seeds", type=seeds_of, default=seeds, help="such as 7 or 0-999")
    arguments.add_argument("-n", type=int, default=os.cpu_count() or 1, help="processes, each with a sandbox")
    return arguments


def seeds_of(text: str) -> range:
    """Read `7` or `0-999`. Raises `ValueError`."""
    first, _, last = text.partition("-")
    return range(int(first), int(last or first) + 1)


def run_all(
    open_run: OpenRun, seeds: Sequence[int], processes: int, options: dict[str, int]
) -> tuple[list[Result], float]:
    """Run the seeds. Returns their results in order and the CPU seconds of everything, sandboxes included."""
    # Not forked: a child would have the threads of its parent, but not running.
    context = multiprocessing.get_context("spawn")
    shares = [seeds[number::processes] for number in range(processes)]
    with ProcessPoolExecutor(processes, mp_context=context, initializer=_end_with_parent) as pool:
        try:
            done = list(pool.map(partial(_run_share, open_run, options), shares))
        except BaseException:
            for child in multiprocessing.active_children():
                child.terminate()
            raise
    results = [result for share, _ in done for result in share]
    return sorted(results, key=lambda result: result.seed), sum(spent for _, spent in done)


def _end_with_parent() -> None:
    """Make this process end when it is told to, or when the one that started it has ended in whatever way."""
    signal.signal(signal.SIGTERM, _end)
    threading.Thread(target=_wait_for_parent, daemon=True).start()


def _wait_for_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        _end()


def _end(*_: object) -> None:
    """End this process and all that it has started: sandboxes and connectors would wait for ever."""
    for process in psutil.Process().children(recursive=True):
        with suppress(psutil.NoSuchProcess):
            process.kill()
    os._exit(1)


def _run_share(open_run: OpenRun, options: dict[str, int], seeds: Sequence[int]) -> tuple[list[Result], float]:
    # What the connector logs is of no use here: findings say what matters, and a seed can be run alone.
    logging.disable(logging.CRITICAL)
    # A run makes many objects that all live to its end.
    gc.freeze()
    gc.set_threshold(200_000)
    results = []
    with SandboxProcess(**options) as sandbox, open_run() as run:
        for seed in seeds:
            results.append(run(sandbox, seed))
            if results[-1].findings:
                sys.stderr.write(f"seed {seed}: {len(results[-1].findings)} findings\n")
    return results, _cpu_seconds()


def _cpu_seconds() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)
