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

from mparticle_sandbox.probe.calls.events import call_events_api, development_batch
from mparticle_sandbox.probe.calls.platform_v1 import call_platform_v1
from mparticle_sandbox.probe.calls.platform_v2 import call_platform_v2
from mparticle_sandbox.probe.calls.profiles import call_profile_api
from mparticle_sandbox.probe.calls.reader import Reader
from mparticle_sandbox.probe.calls.tokens import call_token_endpoint
from mparticle_sandbox.probe.client import Client
from mparticle_sandbox.probe.config import Account, Input, ProbeConfigError, read_account, read_input
from mparticle_sandbox.probe.observation import Observation
from mparticle_sandbox.probe.question import NotObserved
from mparticle_sandbox.probe.questions import QUESTIONS
from mparticle_sandbox.probe.recorder import Recorder
from mparticle_sandbox.probe.report import as_json, as_text, results_of

_UNREACHABLE = (
    "No response could be read ({reason}); check the network, API URL (`api_url`) and Token URL (`token_url`), "
    "and run it again."
)


_REFUSALS = (400, 401, 403)
_TOO_MANY_REQUESTS = 429


def run_probe(args: argparse.Namespace) -> int:
    """Run the command and return the exit status."""
    try:
        return _probe(args)
    except (ProbeConfigError, OSError) as error:
        print(error, file=sys.stderr)  # noqa: T201
        return 1


def _probe(args: argparse.Namespace) -> int:
    account = read_account(args.config)
    pair = None if args.destination_config is None else read_input(args.destination_config)
    if args.send_development_batch and pair is None:
        raise ProbeConfigError("--send-development-batch needs --destination-config with the key pair to send it with.")
    _try_output(args)
    batch = development_batch(str(uuid.uuid4())) if args.send_development_batch else None
    _say(_announcement(batch))
    with closing(Client()) as client:
        recorder = Recorder(client, lambda: time.sleep(args.pause))
        call_all_apis(recorder, account, pair, batch)
    if not recorder.has_reached_an_api:
        reason = next(iter(recorder.observed.values()))
        raise ProbeConfigError(_UNREACHABLE.format(reason=getattr(reason, "reason", "")))
    results = results_of(QUESTIONS, recorder.observed)
    _say(as_text(results))
    if error := _token_error(recorder.observed["token"]):
        _say(f"\n{error}")
    _write(args.output, as_json(results, _today(), was_batch_sent=batch is not None))
    _say(f"\nWritten to {args.output}.")
    return 0


def _token_error(observation: Observation | NotObserved) -> str | None:
    """Return why there was no token, and what to do, or None where there is no more to say than the report does."""
    if not isinstance(observation, Observation):
        return None
    if observation.status in _REFUSALS:
        return f"The token endpoint refused the credentials ({observation.status}), so almost nothing could be read."
    if observation.status == _TOO_MANY_REQUESTS:
        return (
            f"The token endpoint limits the rate ({observation.status}), so almost nothing could be read; "
            "try again later."
        )
    if observation.status // 100 != 2:  # noqa: PLR2004 - the class of successes
        return (
            f"The token endpoint answered {observation.status}, so almost nothing could be read; "
            "check Token URL (`token_url`), or try again later."
        )
    return None


def call_all_apis(recorder: Recorder, account: Account, pair: Input | None, batch: dict[str, Any] | None) -> None:
    """Call every API in turn."""
    credential = call_token_endpoint(recorder, account, None if pair is None else pair.pod)
    if credential is not None:
        _read(recorder, account, credential)
    call_events_api(recorder, pair, batch)


def _read(recorder: Recorder, account: Account, credential: Callable[[], str]) -> None:
    reader = Reader(recorder, account, credential, "platform")
    workspace_id = call_platform_v1(reader)
    call_platform_v2(reader, workspace_id)
    call_profile_api(Reader(recorder, account, credential, "profile"))


def _announcement(batch: dict[str, Any] | None) -> str:
    reads = "Some forty-five small requests, one after the other; nothing of the account is changed."
    if batch is None:
        return f"{reads} No batch is sent.\n"
    return f"{reads} This development batch is sent to /bulkevents and repeated once to /events:\n{json.dumps(batch)}\n"


def _try_output(args: argparse.Namespace) -> None:
    """Open the output as it will be written, and leave it as it was; what was read would be lost otherwise."""
    path: Path = args.output
    try:
        if any(given is not None and path.exists() and path.samefile(given) for given in _configurations(args)):
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


def _configurations(args: argparse.Namespace) -> tuple[Path | None, ...]:
    return args.config, args.destination_config


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
