"""Send a point-of-sale loyalty platform's events to a sandbox, report what arrived, and issue rewards for it."""

import json
import shutil
import sys
from collections import Counter
from pathlib import Path
from typing import Any

from mparticle_sandbox import SandboxProcess, testing

from examples.demo.errors import DemoError
from examples.demo.screen import say, show_table
from examples.loyalty_sync.delivery import Delivery, deliver
from examples.loyalty_sync.stop import Stop

from .audiences import EVENT_OF_AUDIENCE, entrances
from .messages import CATALOG, messages
from .rewards import Rewards
from .warehouse import STREAMS, Warehouse, new_warehouse

_HERE = Path(__file__).parent
_OUTPUT = Path("demo-output/pos")
_EXPORTS = _OUTPUT / "exports"
_MEMBER_WHO_JOINED = "219153406"


def main() -> int:
    """Run the example; 0 when it ran to its end, 1 when it could not, 128 plus the signal's number when stopped."""
    stop = Stop()
    try:
        _run(stop)
    except (KeyboardInterrupt, DemoError, OSError) as reason:
        # Whatever went wrong after a signal went wrong because of it.
        sys.stderr.write(f"\nThe example stopped. {'' if stop.signal else reason}\n")
        return 128 + stop.signal if stop.signal else 1
    return 0


def destination_config(sandbox: SandboxProcess) -> dict[str, Any]:
    """Return the mapping with the sandbox's address and key."""
    mapping: dict[str, Any] = json.loads((_HERE / "mapping.json").read_text(encoding="utf-8"))
    return testing.destination_config(sandbox, **mapping)


def _run(stop: Stop) -> None:
    shutil.rmtree(_OUTPUT, ignore_errors=True)
    _OUTPUT.mkdir(parents=True)
    with SandboxProcess(export_to=_EXPORTS) as sandbox, new_warehouse(_OUTPUT / "pos.duckdb") as warehouse:
        say(f"{warehouse.raw_rows()} raw rows in DuckDB")
        for stream in STREAMS:
            say(f"    {stream}: {len(warehouse.records(stream))} records")
        for reason, count in warehouse.left_out().items():
            say(f"    left out, {reason}: {count}")
        stop.check()
        say("Sending them")
        delivery = deliver(destination_config(sandbox), CATALOG, list(messages(warehouse)))
        if delivery.exit_code:
            reason = delivery.error["message"] if delivery.error else f"It ended with code {delivery.exit_code}."
            raise DemoError(f"The destination stopped. {reason}")
        _report(sandbox, delivery)
        stop.check()
        _issue_rewards(sandbox, warehouse)
    say(f"Warehouse: {_OUTPUT / 'pos.duckdb'}\nExports:   {_EXPORTS}")


def _issue_rewards(sandbox: SandboxProcess, warehouse: Warehouse) -> None:
    say("The way back: mParticle exports who entered which audience; reading that with source-mparticle-exports")
    batches = sandbox.batches()
    for audience_id in EVENT_OF_AUDIENCE:
        sandbox.export_audience_changes(audience_id, entrances(audience_id, batches))
    rewards = Rewards(warehouse.connection, _EXPORTS, _OUTPUT / "source-mparticle-exports")
    rewards.issue()
    say(f"    {rewards.records} changes of memberships\n")
    say("Rewards to issue, in this order:")
    for number, connector, action, identity_type, identity in rewards.issued():
        say(f"    {number}. {connector}: {action} for {identity_type} {identity}")
    say()
    outcomes = [[str(cell) for cell in row] for row in rewards.report()]
    show_table("What became of every change of a membership", ["outcome", "audience", "changes"], outcomes)


def _report(sandbox: SandboxProcess, delivery: Delivery) -> None:
    accepted, rejected = delivery.count("recordCount"), delivery.count("rejectedRecordCount")
    say(f"Accepted {accepted} records, rejected {rejected}.\n")
    arrived = Counter(_name(event) for kept in sandbox.batches() for event in kept["events"])
    show_table("What arrived", ["event", "times"], [[name, str(times)] for name, times in sorted(arrived.items())])
    (batch,) = sandbox.user(f"customer_id:{_MEMBER_WHO_JOINED}")
    attributes = [[name, value] for name, value in sorted(batch["user_attributes"].items())]
    show_table("The profile of a member who joined", ["attribute", "value"], attributes)


def _name(event: dict[str, Any]) -> str:
    data = event["data"]
    return str(data.get("event_name") or f"commerce: {data['product_action']['action']}")


if __name__ == "__main__":
    sys.exit(main())
