"""Runs one sync in this process, with short timeouts and waits, against a sandbox that goes wrong."""

import json
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from mparticle_sandbox import SandboxProcess
from mparticle_sandbox.testing import configured_catalog, destination_config

from destination_mparticle.config import parse_config
from destination_mparticle.errors import SyncError
from destination_mparticle.http.retry import RetryPolicy
from destination_mparticle.http.settings import HttpSettings
from destination_mparticle.protocol.catalog import parse_catalog
from destination_mparticle.protocol.output import Output
from destination_mparticle.protocol.stdin import InputLines
from destination_mparticle.shutdown import Shutdown
from destination_mparticle.sync import write
from destination_mparticle.sync_run import Run
from destination_mparticle.workers.read_ahead import lines_of
from reliability.inputs import SEEDED_ACCOUNTS, Message, text_of
from reliability.judge import Glance, Key, Receipt, Reject, Sync
from reliability.plan import ACCOUNTS, Plan
from reliability.proxy import Proxy
from reliability.rows import REFUSED_VALUE, exact_json, mappings
from reliability.service_faults import Faults
from reliability.stored import read_stored

# What a sandbox for these runs needs: no limit of its own, and every batch and id of a run kept.
SANDBOX: dict[str, int] = {"rate": 1_000_000, "acceleration": 0, "accounts": SEEDED_ACCOUNTS + 2}

_WORKERS_FROM_LINE = 100


def quick(patience: float) -> HttpSettings:
    """Return timeouts and waits that cost little time, and the total time for the retries of one request."""
    retry = RetryPolicy(base_seconds=0.002, cap_seconds=0.05, total_seconds=patience)
    return HttpSettings(connect_timeout=2.0, read_timeout=0.5, response_timeout=0.6, retry=retry)


def prepare(sandbox: SandboxProcess, plan: Plan, *, deduplicate: bool) -> None:
    """Make the sandbox new for a run."""
    sandbox.reset()
    sandbox.settings(deduplicate=deduplicate, refused_value=REFUSED_VALUE, error_paths=plan.error_paths)


def config_of(sandbox: SandboxProcess, plan: Plan, store: Path) -> dict[str, Any]:
    """Return the configuration of a run, with a store for rejected records."""
    return destination_config(
        sandbox,
        *mappings(plan),
        with_platform=plan.accounts > 0,
        grouping=plan.grouping,
        on_rejected=plan.on_rejected,
        max_batches_per_second=100_000,
        object_storage_config={"storage_type": "Local", "destination_path": str(store)},
    )


def catalog_of(plan: Plan) -> dict[str, Any]:
    """Return the configured catalog of a run."""
    return configured_catalog(*plan.streams, *(ACCOUNTS if plan.accounts else ()))


def sync(
    sandbox: SandboxProcess,
    plan: Plan,
    sent: Sequence[Message],
    faults: Faults,
    store: Path,
    *,
    patience: float = 30.0,
    look_at: int = 0,
) -> Sync:
    """Write these messages. When that many states have come (0: never), what the sandbox has is asked.

    `patience` is how long a request is retried, in seconds.
    """
    done = Sync(sent)
    config = config_of(sandbox, plan, store)
    text = store.with_name(f"{store.name}-input.jsonl")
    text.write_bytes(text_of(sent, plan))
    sandbox.clear_faults()
    for _, rule in faults.rules:
        sandbox.add_fault(**rule)
    with ExitStack() as stack:
        if faults.outages:
            proxy = stack.enter_context(Proxy(urlsplit(sandbox.url).port or 0, faults.outages))
            config["events_url"] = f"http://127.0.0.1:{proxy.port}/v2"
        out = _Printed(sandbox, done, store, look_at)
        stdin = stack.enter_context(text.open("rb"))
        run = Run.begin(parse_config(config), parse_catalog(catalog_of(plan)))
        try:
            from_line = _WORKERS_FROM_LINE if plan.workers else sys.maxsize
            lines = lines_of(InputLines(stdin.fileno(), Shutdown()), run, from_line)
            write(run, lines, Output(out), http=quick(patience))
        except SyncError as error:
            done.error = error.message
        if faults.outages:
            done.faults.update(proxy.fired)
    done.faults.update(kind for (kind, _), times in zip(faults.rules, sandbox.fired_faults(), strict=True) if times)
    sandbox.clear_faults()
    done.rejects = rejects_in(store)
    return done


def rejects_in(store: Path) -> list[Reject]:
    """Return the rows for the Events API that are in a store of rejected records."""
    found = []
    for path in store.rglob("*.jsonl"):
        for line in path.read_bytes().splitlines():
            kept = json.loads(line, parse_float=Decimal)
            if kept["stream"] not in ACCOUNTS:
                found.append(Reject((kept["stream"], _number(kept["data"])), exact_json(kept["data"])))
    return found


def receipt(line: bytes) -> Receipt | None:
    """Return what a printed line confirms, if it is a state."""
    message = json.loads(line, parse_float=Decimal)
    if message["type"] != "STATE":
        return None
    counts = message["state"].pop("destinationStats")
    return Receipt(message["id"], counts["recordCount"], counts["rejectedRecordCount"], exact_json(message))


class _Printed:
    """Takes what a sync prints, and looks at the sandbox when the state that it waits for has come.

    When a state confirms rejected records, it looks at the store.
    """

    def __init__(self, sandbox: SandboxProcess, done: Sync, store: Path, look_at: int) -> None:
        self._sandbox = sandbox
        self._done = done
        self._store = store
        self._look_at = look_at

    def write(self, line: bytes) -> None:
        printed = receipt(line)
        if printed is None:
            return
        self._done.states.append(printed)
        if printed.rejected:
            self._done.stored_at[printed.number] = self._stored()
        if len(self._done.states) == self._look_at:
            self._done.glance = Glance(self._look_at, read_stored(self._sandbox))

    def _stored(self) -> set[Key]:
        return {reject.key for reject in rejects_in(self._store)}

    def flush(self) -> None:
        """All is taken at once."""


def _number(data: dict[str, Any]) -> int:
    if "events" in data:
        return int(data["events"][0]["data"]["custom_attributes"]["n"])
    return int(data["n"])
