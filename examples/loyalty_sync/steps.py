"""The example's steps, in order."""

import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from mparticle_sandbox import SandboxProcess

from examples.demo.errors import DemoError
from examples.demo.screen import say

from .connection import account_config, sandbox_config
from .delivery import Delivery, deliver
from .inbound import app
from .inbound.job import Inbound
from .messages import CATALOG, messages
from .report import show_deliveries, show_inbound, show_member, show_statuses
from .stop import Stop
from .warehouse import Warehouse, new_warehouse

_SHOWN_MEMBER = "M-1001"
_BAD_MINUTE: tuple[dict[str, Any], ...] = (
    {"status": 503, "times": 3},
    {"status": 429, "headers": {"Retry-After": "1"}, "times": 2},
    {"accept_then_reset": True, "times": 1},
)


def sync_to_sandbox(output: Path, stop: Stop) -> None:
    """Deliver twice to a sandbox, the second time through a bad minute; show what it has then, and the way back."""
    exports = output / "exports"
    with _fresh(output) as (warehouse, rejects), exporting_sandbox(exports) as sandbox:
        config = _storing(sandbox_config(sandbox), rejects)
        first = _deliver_all(config, warehouse, stop)
        sandbox.clear_requests()
        warehouse.let_time_pass()
        say("More events happen; the sandbox answers 503 three times, 429 twice, and loses one answer")
        for fault in _BAD_MINUTE:
            sandbox.add_fault(path="/v2/*", **fault)
        second = _deliver(config, messages([], warehouse.events(after=first.last_event)), stop)
        say()
        show_deliveries([first, second], rejects, warehouse.left_out())
        show_statuses(sandbox)
        say()
        show_member(sandbox, _SHOWN_MEMBER)
        stop.check()
        inbound = go_back(sandbox, warehouse, exports)
        inbound.work_off()
        say()
        show_inbound(inbound)
    say(f"Warehouse, exports and rejected records: {output}")


def exporting_sandbox(exports: Path) -> SandboxProcess:
    """Return a sandbox with an input for the loyalty platform and one for the app; it exports every batch twice."""
    own = SandboxProcess()
    return SandboxProcess(
        api_key=[own.api_key, app.API_KEY],
        api_secret=[own.api_secret, app.API_SECRET],
        export_to=exports,
        export_redelivered=1.0,
    )


def go_back(sandbox: SandboxProcess, warehouse: Warehouse, exports: Path) -> Inbound:
    """Let the app send its events, have the sandbox export all it accepted, and read that into the warehouse."""
    batches = warehouse.app_batches()
    say(f"The way back: an app sends {len(batches)} events too, and mParticle exports every batch, each twice")
    app.send(sandbox.events_url, batches)
    say(f"    {len(sandbox.flush_exports())} files in {exports}")
    say("Reading them with source-mparticle-exports")
    inbound = Inbound(warehouse.connection, exports, exports.parent / "source-mparticle-exports")
    say(f"    {inbound.records} records, {inbound.events()} different events; {inbound.waiting()} wait in the queue")
    return inbound


def sync_to_account(secrets: Path, output: Path, stop: Stop) -> None:
    """Deliver once to an account of one's own."""
    config = account_config(secrets)
    with _fresh(output) as (warehouse, rejects):
        delivery = _deliver_all(_storing(config, rejects), warehouse, stop)
        show_deliveries([delivery], rejects, warehouse.left_out())
    say("In mParticle, Live Stream under Data Master shows development data as it arrives.")


@contextmanager
def _fresh(output: Path) -> Iterator[tuple[Warehouse, Path]]:
    """Yield a warehouse in an empty output folder, and the folder for rejected records."""
    shutil.rmtree(output, ignore_errors=True)
    output.mkdir(parents=True)
    say("Making the loyalty platform's tables in DuckDB")
    with new_warehouse(output / "loyalty.duckdb", datetime.now(timezone.utc).date()) as warehouse:
        yield warehouse, output / "rejected"


def _storing(config: dict[str, Any], rejects: Path) -> dict[str, Any]:
    storage = {"storage_type": "Local", "destination_path": str(rejects.resolve())}
    return {"object_storage_config": storage, **config}


def _deliver_all(config: dict[str, Any], warehouse: Warehouse, stop: Stop) -> Delivery:
    members, events = warehouse.members(), warehouse.events()
    say(f"Sending {len(members)} members and {len(events)} events as {config['environment']} data")
    return _deliver(config, messages(members, events), stop)


def _deliver(config: dict[str, Any], lines: Iterable[bytes], stop: Stop) -> Delivery:
    gathered = list(lines)
    stop.check()
    delivery = deliver(config, CATALOG, gathered)
    for line in delivery.log:
        say(f"    {line}")
    if delivery.exit_code:
        reason = delivery.error["message"] if delivery.error else f"It ended with code {delivery.exit_code}."
        raise DemoError(f"The destination stopped. {reason}")
    return delivery
