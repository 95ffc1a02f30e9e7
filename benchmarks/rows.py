"""The records that are written, as lines on standard input, and the files that configure the destination for them.

    python -m benchmarks.rows shuffled 2000000 > rows.jsonl

Each record has 15 columns: three are mapped, and the others become attributes.
"""

import random
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from mparticle_sandbox.testing import command_files, configured_catalog, destination_config, state, stream_mapping

RECORDS_BETWEEN_STATES: Final = 10_000
STREAM: Final = "events"
FIELDS: Final = {"customer_id": "{user}", "event_name": "{name}", "timestamp": "{at}"}

_EVENTS_OF_A_USER = 10
_USERS = 20_000
_NAMES = (b"Item Viewed", b"Item Added", b"Cart Viewed", b"Order Placed")
_ROW = (
    b'{"type":"RECORD","record":{"stream":"events","emitted_at":%d,"data":{"user":"u-%07d","name":"%b","at":%d,'
    b'"price":%d.5,"sku":"SKU-%d","category":"shoes","brand":"acme","quantity":%d,"in_stock":%b,"currency":"EUR",'
    b'"country":"DE","city":"Berlin","page":"/p/%d","referrer":null,"session":"s-%d"}}}\n'
)

Users = Callable[[int, random.Random], int]
"""Returns whose the record of a number is."""

ORDERS: Final[dict[str, tuple[str, Users]]] = {
    "sorted": ("ordered by user, ten records of each", lambda number, _: number // _EVENTS_OF_A_USER),
    "shuffled": ("20,000 users in no order", lambda _, chance: chance.randrange(_USERS)),
    "skewed": (
        "few users with most of the records, in no order: the n-th has a share of about 1/n²",
        lambda _, chance: min(int(chance.paretovariate(1)), 9_999_999),
    ),
}
"""What each input is, and whose its records are."""


def lines(order: str, records: int, now: int) -> Iterator[bytes]:
    """Yield so many records, a state after each 10,000 and one at the end. `now` is in milliseconds since 1970."""
    user_of, chance = ORDERS[order][1], random.Random(1)  # noqa: S311 - the same users in every run
    for number in range(records):
        yield _ROW % (
            now,
            user_of(number, chance),
            _NAMES[number % 4],
            now - number,
            number % 97,
            number % 1000,
            number % 5,
            b"true" if number % 3 else b"false",
            number,
            number // 7,
        )
        if (number + 1) % RECORDS_BETWEEN_STATES == 0 or number + 1 == records:
            yield state(STREAM, {"number": number + 1})


def write(order: str, records: int, path: Path) -> Path:
    """Write an input to a file and return its path."""
    with path.open("wb") as file:
        file.writelines(lines(order, records, _now()))
    return path


def destination_files(folder: Path, events_url: str) -> list[str]:
    """Write the configuration and the catalog, and return the arguments that name them."""
    mapping = stream_mapping(STREAM, "custom_event", FIELDS, unmapped="attributes")
    # So many batches in a second that the machine is the limit, and not mParticle's.
    config = destination_config(None, mapping, events_url=events_url, max_batches_per_second=100_000)
    folder.mkdir(parents=True, exist_ok=True)
    return command_files(folder, config=config, catalog=configured_catalog(STREAM))


def _now() -> int:
    return int(time.time() * 1000)


if __name__ == "__main__":
    sys.stdout.buffer.writelines(lines(sys.argv[1], int(sys.argv[2]), _now()))
