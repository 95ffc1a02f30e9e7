"""The command `mparticle-sandbox probe`."""

import argparse
import json
import os
import sys
import time
import uuid
from collections.abc import Callable
from contextlib import closing
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from mparticle_sandbox.probe.client import Client
from mparticle_sandbox.probe.config import Account, Input, ProbeConfigError, read_account, read_input
from mparticle_sandbox.probe.question import Unseen
from mparticle_sandbox.probe.questions import QUESTIONS
from mparticle_sandbox.probe.report import as_json, as_text, rows_of
from mparticle_sandbox.probe.sight import Sight
from mparticle_sandbox.probe.steps.events import ask_events, development_batch
from mparticle_sandbox.probe.steps.platform_v1 import ask_platform_v1
from mparticle_sandbox.probe.steps.platform_v2 import ask_platform_v2
from mparticle_sandbox.probe.steps.profiles import ask_profiles
from mparticle_sandbox.probe.steps.reader import Reader
from mparticle_sandbox.probe.steps.tokens import ask_tokens
from mparticle_sandbox.probe.tour import Tour

_UNREACHABLE = (
    "No answer could be read ({reason}); check the network, API URL (`api_url`) and Token URL (`token_url`), "
    "and run it again."
)


_REFUSALS = (400, 401, 403)
_TOO_MANY_REQUESTS = 429


def run_probe(chosen: argparse.Namespace) -> int:
    """Run the command and return the exit status."""
    try:
        return _probe(chosen)
    except (ProbeConfigError, OSError) as error:
        print(error, file=sys.stderr)  # noqa: T201
        return 1


def _probe(chosen: argparse.Namespace) -> int:
    account = read_account(chosen.config)
    pair = None if chosen.destination_config is None else read_input(chosen.destination_config)
    if chosen.send_development_batch and pair is None:
        raise ProbeConfigError("--send-development-batch needs --destination-config with the key pair to send it with.")
    _try_output(chosen)
    batch = development_batch(str(uuid.uuid4())) if chosen.send_development_batch else None
    _say(_announcement(batch))
    with closing(Client()) as client:
        tour = Tour(client, lambda: time.sleep(chosen.pause))
        take_all_steps(tour, account, pair, batch)
    if not tour.has_reached_something:
        reason = next(iter(tour.observed.values()))
        raise ProbeConfigError(_UNREACHABLE.format(reason=getattr(reason, "reason", "")))
    rows = rows_of(QUESTIONS, tour.observed)
    _say(as_text(rows))
    if trouble := _trouble_with_tokens(tour.observed["token"]):
        _say(f"\n{trouble}")
    _write(chosen.output, as_json(rows, _today(), was_batch_sent=batch is not None))
    _say(f"\nWritten to {chosen.output}.")
    return 0


def _trouble_with_tokens(sight: Sight | Unseen) -> str | None:
    """Return why there was no token, and what to do, or None where there is no more to say than the report does."""
    if not isinstance(sight, Sight):
        return None
    if sight.status in _REFUSALS:
        return f"The token endpoint refused the credentials ({sight.status}), so hardly anything could be read."
    if sight.status == _TOO_MANY_REQUESTS:
        return (
            f"The token endpoint limits the rate ({sight.status}), so hardly anything could be read; try again later."
        )
    if sight.status // 100 != 2:  # noqa: PLR2004 - the class of successes
        return (
            f"The token endpoint answered {sight.status}, so hardly anything could be read; "
            "check Token URL (`token_url`), or try again later."
        )
    return None


def take_all_steps(tour: Tour, account: Account, pair: Input | None, batch: dict[str, Any] | None) -> None:
    """Ask every API in turn."""
    credential = ask_tokens(tour, account, None if pair is None else pair.pod)
    if credential is not None:
        _read(tour, account, credential)
    ask_events(tour, pair, batch)


def _read(tour: Tour, account: Account, credential: Callable[[], str]) -> None:
    reader = Reader(tour, account, credential, "platform")
    workspace_id = ask_platform_v1(reader)
    ask_platform_v2(reader, workspace_id)
    ask_profiles(Reader(tour, account, credential, "profile"))


def _announcement(batch: dict[str, Any] | None) -> str:
    reads = "Some forty-five small requests, one after the other; nothing of the account is changed."
    if batch is None:
        return f"{reads} No batch is sent.\n"
    return f"{reads} This development batch is sent to /bulkevents and repeated once to /events:\n{json.dumps(batch)}\n"


def _try_output(chosen: argparse.Namespace) -> None:
    """Open the output as it will be written, and leave it as it was; what was read would be lost otherwise."""
    path: Path = chosen.output
    try:
        if any(given is not None and path.exists() and path.samefile(given) for given in _configurations(chosen)):
            raise ProbeConfigError(f"{path} is a configuration and would be overwritten; choose another --output.")
        if path.is_file() or path.is_dir():
            path.open("a", encoding="utf-8").close()
        elif not path.exists():
            # The target, where it is a link to what is not there yet.
            target = Path(os.path.realpath(path))
            target.open("x", encoding="utf-8").close()
            target.unlink()
    except OSError as error:
        raise _unwritable(path, error) from error


def _configurations(chosen: argparse.Namespace) -> tuple[Path | None, ...]:
    return chosen.config, chosen.destination_config


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(f"{text}\n", encoding="utf-8")
    except OSError as error:
        raise _unwritable(path, error) from error


def _unwritable(path: Path, error: OSError) -> ProbeConfigError:
    return ProbeConfigError(f"Cannot write {path}: {error.strerror}; choose another --output.")


def _today() -> str:
    return datetime.now(timezone.utc).date().isoformat()


def _say(text: str) -> None:
    # The name of a file may hold what cannot be printed.
    print(text.encode(errors="backslashreplace").decode(), flush=True)  # noqa: T201 - what the command is for
