"""The short report at the end: what was accepted, what was not and why, and what mParticle has of one member."""

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from mparticle_sandbox import SandboxProcess

from examples.demo.screen import say, show_table

from .delivery import Delivery
from .inbound.job import Inbound

_NO_RESPONSE = "no response"


def show_deliveries(deliveries: Sequence[Delivery], rejects: Path, left_out: dict[str, int]) -> None:
    """Show how many records were accepted and rejected, why, and which events have no association."""
    accepted = sum(delivery.count("recordCount") for delivery in deliveries)
    rejected = sum(delivery.count("rejectedRecordCount") for delivery in deliveries)
    say(f"Accepted {accepted} records, rejected {rejected}.")
    for line in _rejected(rejects):
        say(f"    {line['stream']}, {line['rejected_reason']} in {line['rejected_field']}: {line['rejected_message']}")
    for name, count in left_out.items():
        say(f"Not sent, because event_associations.csv does not name it: {name} ({count})")


def show_statuses(sandbox: SandboxProcess) -> None:
    """Show how the sandbox answered, and that nothing came twice or was lost."""
    statuses = Counter(str(request["status"] or _NO_RESPONSE) for request in sandbox.requests()["requests"])
    report = sandbox.events_report()
    say(f"Answers: {', '.join(f'{status} {count} times' for status, count in sorted(statuses.items()))}")
    say(f"Batches stored {report['batches_accepted']}, sent again and recognised {report['duplicates']}")


def show_member(sandbox: SandboxProcess, member_id: str) -> None:
    """Show the attributes and events that mParticle has of one member, in the order in which they arrived."""
    batches = sandbox.user(f"customer_id:{member_id}")
    attributes: dict[str, Any] = {}
    for batch in batches:
        attributes |= batch.get("user_attributes", {})
    show_table(
        f"Member {member_id}: user attributes",
        ["attribute", "value"],
        [[name, str(value)] for name, value in sorted(attributes.items())],
    )
    events = [event["data"] for batch in batches for event in batch["events"]]
    show_table(
        f"Member {member_id}: events",
        ["source_message_id", "event_name", "custom_event_type"],
        [[event[column] for column in ("source_message_id", "event_name", "custom_event_type")] for event in events],
    )


def show_inbound(inbound: Inbound) -> None:
    """Show what the loyalty platform took from its queue, and what became of every event that mParticle exported."""
    say("The loyalty platform takes from its queue, in this order:")
    for number, environment, member, event, data in inbound.registered():
        say(f"    {number}. {environment}: {event} of {member} {data}")
    for event, field, count in inbound.missing_fields():
        say(f"    {event} without {field}, which mParticle's event did not have ({count})")
    say()
    show_table(
        "What became of every event that mParticle exported",
        ["outcome", "environment", "event", "events"],
        [[str(cell) for cell in row] for row in inbound.report()],
    )


def _rejected(folder: Path) -> list[dict[str, Any]]:
    return [
        json.loads(line)
        for file in sorted(folder.rglob("*.jsonl"))
        for line in file.read_text(encoding="utf-8").splitlines()
    ]
