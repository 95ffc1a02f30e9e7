"""The command line: `spec`, `check`, `discover`, `write`, `preview` and `replay-rejects`.

Each command imports what it needs when it runs: Airbyte starts a process for each, and imports are most of what a
`spec` or a `check` takes.
"""

import argparse
import gc
import logging
import os
import select
import signal
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import orjson

from destination_mparticle import tuning
from destination_mparticle.error_report import report
from destination_mparticle.errors import ConfigError, SyncError, TransientError, UnrecoverableError
from destination_mparticle.options import secrets, specification, unknown_option_warnings
from destination_mparticle.protocol import outgoing
from destination_mparticle.protocol.files import read_bounded
from destination_mparticle.protocol.output import Output, log_to, mask_secrets
from destination_mparticle.shutdown import Interrupted, Shutdown, exit_code

if TYPE_CHECKING:
    from destination_mparticle.config import Config
    from destination_mparticle.sync_run import Run

_logger = logging.getLogger("airbyte")

_OPTIONS: Final = {
    "--config": "path to the configuration, as JSON",
    "--catalog": "path to the configured catalog, as JSON",
    "path": "a file or a folder in the store for rejected records; `.` is all of it",
}


def parse_args(args: list[str]) -> argparse.Namespace:
    """Read the command line: the CDK's three commands, and `discover`, `preview` and `replay-rejects`."""
    parser = argparse.ArgumentParser(prog="destination-mparticle")
    commands = parser.add_subparsers(title="commands", dest="command", required=True)
    for name, (text, options, _) in _COMMANDS.items():
        command = commands.add_parser(name, help=text)
        for option in options:
            add = partial(command.add_argument, option, help=_OPTIONS[option])
            add(required=True) if option.startswith("--") else add()
    return parser.parse_args(args)


def run(args: list[str]) -> None:
    """Run one command. After an error, which goes out as a trace message, the process ends with code 1."""
    parsed = parse_args(args)
    output = Output(sys.stdout.buffer)
    stderr = Output(sys.stderr.buffer)
    log_to(stderr if parsed.command in {"preview", "replay-rejects"} else output)
    # The program that reads replayed records does not expect errors among them.
    errors = stderr if parsed.command == "replay-rejects" else output
    try:
        code = _run_command(parsed, output, errors)
    except BrokenPipeError:
        # Nobody reads the output any more, so there is nobody to tell.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = exit_code(signal.SIGPIPE)
    except OSError as error:
        # Python's own traceback would tell what was to be reported, past the masking of secrets.
        with suppress(OSError):
            _report(_unwritable_error(error), stderr)
        code = 1
    if code:
        sys.exit(code)


def _run_command(parsed: argparse.Namespace, output: Output, errors: Output) -> int:
    _, _, command = _COMMANDS[parsed.command]
    try:
        command(parsed, output)
    except Interrupted as interruption:
        _report(_interrupted_error(interruption), errors)
        return exit_code(interruption.signal_number)
    except BrokenPipeError:
        raise
    except Exception as error:  # noqa: BLE001 - the end of the process
        _report(error, errors)
        return 1
    return 0


def _last_words(output: Output, interruption: Interrupted) -> None:
    """Report a signal in the middle of anything, unless that would have to wait for whoever reads the output."""
    if select.select((), (sys.stdout,), (), 0)[1]:
        error = report(_interrupted_error(interruption))
        output.message_unless_busy(outgoing.error_trace(error, time.time_ns() // 1_000_000))


def _report(error: Exception, errors: Output) -> None:
    errors.message(outgoing.error_trace(report(error), time.time_ns() // 1_000_000))


def _interrupted_error(interruption: Interrupted) -> TransientError:
    return TransientError(
        f"The sync was stopped by {interruption}. What was accepted is confirmed by the states that were sent; run the "
        "sync again for the rest."
    )


def _unwritable_error(error: OSError) -> UnrecoverableError:
    return UnrecoverableError(
        f"The output cannot be written ({os.strerror(error.errno or 0)}). What was accepted is confirmed by the states "
        "that could be written; make room and run the sync again for the rest."
    )


def failed_checks(raw: Mapping[str, Any]) -> list[str]:
    """Say why a sync with this configuration could not start: sentences, and none where it could."""
    from destination_mparticle.check import config_errors

    try:
        return config_errors(load_config(raw))
    except SyncError as error:
        return [error.message]


def load_config(raw: Mapping[str, Any]) -> "Config":
    """Read a configuration, and log what it has no option for. Its secrets are masked from then on.

    Raises a `ConfigError`.
    """
    from destination_mparticle.config import parse_config

    try:
        mask_secrets(secrets(raw))
        for sentence in unknown_option_warnings(raw):
            _logger.warning(sentence)
        return parse_config(raw)
    except RecursionError:
        raise ConfigError("The configuration is nested too deeply.") from None


def _spec(_parsed: argparse.Namespace, output: Output) -> None:
    output.message(outgoing.spec(specification()))


def _check(parsed: argparse.Namespace, output: Output) -> None:
    output.message(outgoing.connection_status(failed_checks(_read_config(parsed.config))))


def _discover(parsed: argparse.Namespace, output: Output) -> None:
    from destination_mparticle.discover import destination_catalog

    load_config(_read_config(parsed.config))
    output.line(orjson.dumps(destination_catalog()))


def _write(parsed: argparse.Namespace, output: Output) -> None:
    from destination_mparticle.protocol.stdin import InputLines
    from destination_mparticle.sync import write
    from destination_mparticle.workers.read_ahead import lines_of

    shutdown = Shutdown.install(partial(_last_words, output))
    # What is imported stays, and records hold no cycles: to look for garbage among them takes a twentieth of the time.
    gc.freeze()
    gc.set_threshold(*tuning.GARBAGE_THRESHOLDS)
    try:
        run = _begin(parsed)
        write(run, lines_of(InputLines(sys.stdin.fileno(), shutdown), run), output, shutdown)
    except TransientError as error:
        # The sync is to be run again in either case, and whoever stopped it looks for the signal.
        try:
            shutdown.raise_if_requested()
        except Interrupted:
            _logger.warning(error.message)
            raise
        raise


def _preview(parsed: argparse.Namespace, output: Output) -> None:
    from destination_mparticle.preview import preview

    preview(_begin(parsed), sys.stdin.buffer, output)


def _replay_rejects(parsed: argparse.Namespace, output: Output) -> None:
    from destination_mparticle.protocol.catalog import read_catalog
    from destination_mparticle.tracking.file_storage import Files
    from destination_mparticle.tracking.replay import rejected_records

    storage = load_config(_read_config(parsed.config)).storage
    for line in rejected_records(Files.of(storage) or Files.local("."), parsed.path, read_catalog(parsed.catalog)):
        output.line(line)


_Command = Callable[[argparse.Namespace, Output], None]
_COMMANDS: Final[dict[str, tuple[str, tuple[str, ...], _Command]]] = {
    "spec": ("print the connector's specification", (), _spec),
    "check": ("find out whether a sync could work", ("--config",), _check),
    "discover": ("print the operations that data activation can choose from", ("--config",), _discover),
    "write": ("send the records on stdin to mParticle", ("--config", "--catalog"), _write),
    "preview": ("print the batches that write would send, and send nothing", ("--config", "--catalog"), _preview),
    "replay-rejects": (
        "print stored rejected records, for write",
        ("--config", "--catalog", "path"),
        _replay_rejects,
    ),
}


def _begin(parsed: argparse.Namespace) -> "Run":
    from destination_mparticle.protocol.catalog import read_catalog
    from destination_mparticle.sync_run import Run

    return Run.begin(load_config(_read_config(parsed.config)), read_catalog(parsed.catalog))


def _read_config(path: str) -> dict[str, Any]:
    text = read_bounded(path, "--config")
    try:
        raw = orjson.loads(text)
    except orjson.JSONDecodeError:
        raise ConfigError("The file given with --config is not valid JSON.") from None
    if not isinstance(raw, dict):
        raise ConfigError("The file given with --config does not hold a JSON object.")
    return raw
