"""A sync says which stream an order by user would have saved most of its batches, and says nothing of others."""

import io
import pickle
import random
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from mparticle_sandbox.testing import configured_catalog, destination_config, record, state, stream_mapping

from destination_mparticle.config import parse_config
from destination_mparticle.mapping.streams import StreamKey
from destination_mparticle.pipeline.batch import PreparedRecord
from destination_mparticle.pipeline.grouping import ByUser
from destination_mparticle.pipeline.record import TrackedRecord
from destination_mparticle.pipeline.routing import Route
from destination_mparticle.pipeline.user_order import OrderWatch, UserCount
from destination_mparticle.protocol.catalog import parse_catalog
from destination_mparticle.protocol.output import Output
from destination_mparticle.sync import write
from destination_mparticle.sync_run import Run

PAGE = Path(__file__).resolve().parents[2] / "docs" / "integrations" / "destinations" / "mparticle.md"
STREAM = StreamKey("", "s")
AT = 1_795_000_000_000


def prepared(user: int, tier: int = 0, size: int = 100) -> PreparedRecord:
    envelope = b'{"environment":"development","user_attributes":{"tier":%d}}' % tier
    return PreparedRecord(f"customer_id:{user}", Route.LIVE, envelope, b"x" * size, TrackedRecord(b"", 1, 0, "r"))


def grouped(records: list[PreparedRecord], records_between_states: int) -> OrderWatch:
    """What is found out about records with a state after so many of them."""
    grouping = ByUser(STREAM, lambda: str(uuid4()), window_bytes=10**9)
    for number, one in enumerate(records, 1):
        for _ in grouping.add(one):
            pass
        if number % records_between_states == 0:
            list(grouping.close())
    list(grouping.close())
    return grouping.order


def in_order(records: list[PreparedRecord]) -> int:
    """How many batches the same records make, ordered by user and without a state."""
    return grouped(sorted(records, key=lambda one: one.user), len(records)).batches


def shuffled(count: int, users: int, tiers: int = 1, size: int = 100) -> list[PreparedRecord]:
    chance = random.Random(7)
    return [prepared(chance.randrange(users), chance.randrange(tiers), size) for _ in range(count)]


@pytest.mark.parametrize(
    ("records", "records_between_states"),
    [
        pytest.param(shuffled(8_000, users=1_000), 500, id="few records of each user"),
        pytest.param(shuffled(8_000, users=7_000), 500, id="about one record of each user"),
        pytest.param(shuffled(8_000, users=20), 100, id="full batches of few users"),
        pytest.param(shuffled(3_000, users=20, size=10_000), 100, id="batches that are full by their size"),
        pytest.param(shuffled(8_000, users=500, tiers=2), 1_000, id="users that change with every other record"),
        pytest.param(shuffled(8_000, users=500, tiers=10**9), 1_000, id="users that change with every record"),
        pytest.param(shuffled(8_000, users=1_000), 10_000, id="no state"),
    ],
)
def test_the_batches_that_an_order_by_user_needs_are_known_to_a_fifth(
    records: list[PreparedRecord], records_between_states: int
) -> None:
    watch = grouped(records, records_between_states)
    assert watch.necessary == pytest.approx(in_order(records), rel=0.2)


def test_all_batches_are_counted() -> None:
    records = shuffled(2_000, users=30, tiers=2)
    grouping = ByUser(STREAM, lambda: str(uuid4()), window_bytes=prepared(1).weight * 50)
    batches = sum(1 for one in records for _ in grouping.add(one)) + sum(1 for _ in grouping.close())
    assert grouping.order.batches == batches


@pytest.mark.parametrize(
    "name_of",
    [
        lambda number: f"customer_id:u-{number:07d}",
        lambda number: f"customer_id:{number * 1000}",
        lambda number: f"email:user{number}@example.com",
        lambda number: f"email:ü{number}@example.com",
        lambda number: f"mp_deviceid:{UUID(int=random.Random(number).getrandbits(128))}",
    ],
)
def test_users_are_counted_once_each_and_in_bounded_memory(name_of: Callable[[int], str]) -> None:
    users = UserCount()
    for start in [*range(0, 50_000, 2_500), *range(0, 50_000, 2_500)]:
        users.add(map(name_of, range(start, start + 2_500)))
    assert int(users) == pytest.approx(50_000, rel=0.15)
    assert len(pickle.dumps(users)) < 10_000


def test_few_users_are_counted_exactly() -> None:
    users = UserCount()
    for _ in range(3):
        users.add(f"customer_id:{number}" for number in range(1_000))
    assert int(users) == 1_000


def input_of(records: int, users: int, records_between_states: int) -> Iterator[bytes]:
    for number in range(records):
        yield record("events", {"user": f"u-{number % users}", "at": AT + number})
        if (number + 1) % records_between_states == 0:
            yield state("events", {"number": number})


def said(lines: Iterator[bytes], caplog: pytest.LogCaptureFixture, grouping: str = "by_user") -> list[str]:
    """What a sync says about the order of its records."""
    mapping = stream_mapping(
        "events", "custom_event", {"customer_id": "{user}", "event_name": "x", "timestamp": "{at}"}
    )
    config = parse_config(destination_config(None, mapping, validate_only=True, grouping=grouping))
    with caplog.at_level("INFO", logger="airbyte"):
        write(Run.begin(config, parse_catalog(configured_catalog("events"))), lines, Output(io.BytesIO()))
    return [each.getMessage() for each in caplog.records if "ordered by user" in each.getMessage()]


def test_a_sync_says_in_one_line_what_an_order_by_user_would_have_saved(caplog: pytest.LogCaptureFixture) -> None:
    (line,) = said(input_of(1_000, users=100, records_between_states=100), caplog)
    assert line.startswith(
        "The 1,000 records of stream events made 1,000 batches; ordered by user, and with few states between them, "
        "they would have made about 110."
    )
    (explained,) = re.findall(r"\| (The … records of stream .+?) \|", PAGE.read_text(encoding="utf-8"))
    assert re.fullmatch(".+".join(map(re.escape, explained.split("…"))), line)


@pytest.mark.parametrize(
    ("users", "records_between_states"),
    [
        pytest.param(1_000, 100, id="one record of each user"),
        pytest.param(100, 1_000, id="one state"),
        pytest.param(100, 550, id="two states, between which each user has several records"),
    ],
)
def test_a_sync_that_needs_its_batches_says_nothing_of_them(
    users: int, records_between_states: int, caplog: pytest.LogCaptureFixture
) -> None:
    assert said(input_of(1_000, users, records_between_states), caplog) == []


def test_nothing_is_said_where_each_event_is_a_batch_in_any_order(caplog: pytest.LogCaptureFixture) -> None:
    assert said(input_of(1_000, 100, 100), caplog, grouping="single") == []
