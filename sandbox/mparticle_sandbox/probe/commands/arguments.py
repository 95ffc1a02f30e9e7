"""The arguments of `mparticle-sandbox probe`."""

import argparse
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

_PAUSE_S = 0.2
_INTERRUPTED = 130
_TERMINATED = 143


class _Terminated(BaseException):
    """The signal with which services and containers end a process."""


def add_probe_command(commands: Any) -> None:
    """Add the command to the subparsers of the command line."""
    command = commands.add_parser(
        "probe",
        help="ask a real account what the documentation leaves open",
        description="Reads with your credentials and tells how mParticle answers, but no name, id or value of it.",
    )
    add = command.add_argument
    add("--config", type=Path, required=True, help="configuration of the source")
    add("--destination-config", type=Path, help="configuration of the destination, for the Events API")
    add("--output", type=Path, default=Path("probe.json"), help="where to write the report (default: probe.json)")
    add(
        "--send-development-batch",
        action="store_true",
        help="also send one development batch without events and repeat it once",
    )
    add("--pause", type=_seconds, default=_PAUSE_S, help=f"seconds between two requests (default: {_PAUSE_S})")
    command.set_defaults(run=_run)


def _run(args: argparse.Namespace) -> int:
    try:
        # Every start of a sandbox would wait for what only the probe needs.
        from mparticle_sandbox.probe.commands.probe import run_probe  # noqa: PLC0415

        with _ending_on_sigterm():
            return run_probe(args)
    except KeyboardInterrupt:
        print("Interrupted; nothing was written.", file=sys.stderr)  # noqa: T201
        return _INTERRUPTED
    except _Terminated:
        print("Terminated; nothing was written.", file=sys.stderr)  # noqa: T201
        return _TERMINATED


@contextmanager
def _ending_on_sigterm() -> Iterator[None]:
    def end(_number: int, _frame: object) -> None:
        raise _Terminated

    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1
    if not 0 <= seconds <= 60:  # noqa: PLR2004 - longer is a mistake
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of seconds from 0 to 60")
    return seconds
