"""Helper: the rows of a warehouse, the destination that sends them, and the source that reads them as exports."""

import json
import subprocess
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any

from mparticle_sandbox import SandboxProcess
from mparticle_sandbox.testing import (
    command_files,
    configured_catalog,
    configured_stream,
    destination_config,
    record,
    state,
    stream_mapping,
)

from integration_tests.connector import destination_command, exports_command
from source_mparticle_exports.records.streams import STREAMS

Row = dict[str, Any]

CUSTOMERS = 9

_PERSON = {"customer_id": "{customer}", "email": "{mail}"}
_MAPPINGS = (
    stream_mapping(
        "clicks",
        "custom_event",
        {
            **_PERSON,
            "event_id": "{id}",
            "event_name": "{name}",
            "custom_event_type": "{kind}",
            "timestamp": "{at}",
            "custom_attributes": "{details}",
        },
    ),
    stream_mapping(
        "orders",
        "commerce_event",
        {
            **_PERSON,
            "event_id": "{id}",
            "timestamp": "{at}",
            "action": "purchase",
            "transaction_id": "{number}",
            "total_amount": "{total}",
            "tax_amount": "{tax}",
            "currency_code": "{currency}",
            "products": "{items}",
        },
    ),
    stream_mapping("members", "user", {**_PERSON, "mobile_number": "{phone}"}, unmapped="attributes"),
)


def warehouse(first: int, count: int) -> dict[str, list[Row]]:
    """Rows of three tables, numbered from `first`. Amounts are decimals, and times have milliseconds."""
    numbers = range(first, first + count)
    return {
        "clicks": [_click(number) for number in numbers],
        "orders": [_order(number) for number in numbers],
        "members": [_member(number) for number in range(first, first + CUSTOMERS)],
    }


def _person(number: int) -> Row:
    customer = number % CUSTOMERS
    return {"customer": f"c-{customer}", "mail": f"Zoë.{customer}+shop@example.com"}


def _time(number: int) -> str:
    # Over five days, so that date folders differ.
    start = datetime.now(timezone.utc).replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=6)
    return (start + timedelta(hours=number * 7 % 120, milliseconds=number * 1_007)).isoformat()


def _click(number: int) -> Row:
    names = ("Opened App", "Søk «brød»", 'Read "Terms"\n', "Opened App")
    details = {"rank": number, "ratio": 0.1 * number + 0.05, "is_new": number % 2 == 0, "note": f"日本 {number}"}
    return {
        "id": f"click-{number}",
        **_person(number),
        "name": names[number % len(names)],
        "kind": ("navigation", "other", "social")[number % 3],
        "at": _time(number),
        "details": details,
    }


def _order(number: int) -> Row:
    prices = [Decimal(199 + 100 * number + 7 * place) / 100 for place in range(1 + number % 3)]
    items = [
        {
            "id": f"p-{place}",
            "name": f"Brød {place}",
            "price": float(price),
            "quantity": place + 1,
            "category": "bakery",
        }
        for place, price in enumerate(prices)
    ]
    total = sum(((place + 1) * price for place, price in enumerate(prices)), Decimal(0))
    return {
        "id": f"order-{number}",
        **_person(number + 1),
        "at": _time(number + 3),
        "number": f"T-{number:06}",
        "total": float(total),
        "tax": float((total / 4).quantize(Decimal("0.01"))),
        "currency": "NOK",
        "items": items,
    }


def _member(number: int) -> Row:
    tier = "gold" if number % 2 else "silver"
    return {**_person(number), "phone": f"+4790000{number % CUSTOMERS:03}", "tier": tier, "points": number * 11}


def send(sandbox: SandboxProcess, rows: dict[str, list[Row]], folder: Path) -> None:
    """Write the rows with the destination's command. The sandbox has accepted every one of them afterwards."""
    config = destination_config(sandbox, *_MAPPINGS, max_batches_per_second=100_000)
    files = command_files(folder, config=config, catalog=configured_catalog(*rows))
    lines = [record(table, row) for table, each in rows.items() for row in each]
    states = [state(table, {"at": 1}) for table in rows]
    done = subprocess.run(
        destination_command("write", *files), input=b"".join(lines + states), capture_output=True, check=False
    )
    assert done.returncode == 0, done.stdout.decode()
    assert done.stdout.count(b'"STATE"') == len(states)


def read(storage: Row, folder: Path, state: Any = None) -> tuple[dict[str, list[Row]], list[Row], list[str]]:
    """Read all streams with the source's command. Returns the rows of each stream, the states and the log."""
    streams = [
        configured_stream(name, sync_mode="incremental", primary_key=[STREAMS[name].primary_key]) for name in STREAMS
    ]
    contents = {"config": {"storage": storage}, "catalog": configured_catalog(*streams)}
    files = command_files(folder, **contents, **({"state": state} if state is not None else {}))
    done = subprocess.run(exports_command("read", *files), capture_output=True, check=False)
    assert done.returncode == 0, done.stdout.decode()
    messages = [json.loads(line) for line in done.stdout.splitlines()]
    rows: dict[str, list[Row]] = {name: [] for name in STREAMS}
    states: dict[str, Row] = {}
    for message in messages:
        if message["type"] == "RECORD":
            rows[message["record"]["stream"]].append(message["record"]["data"])
        elif message["type"] == "STATE":
            states[message["state"]["stream"]["stream_descriptor"]["name"]] = message["state"]
    return rows, list(states.values()), [each["log"]["message"] for each in messages if each["type"] == "LOG"]


def deduplicated(stream: str, rows: list[Row]) -> list[Row]:
    """The rows that a destination keeps: the last of each primary key."""
    return list({row[STREAMS[stream].primary_key]: row for row in rows}.values())
