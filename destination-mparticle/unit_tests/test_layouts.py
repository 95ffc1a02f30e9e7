import random
import tracemalloc
from typing import Any

import pytest

from destination_mparticle.mapping.plan import Plan
from destination_mparticle.validation.reasons import Rejection
from unit_tests.mappings import by_column, plan

COLUMNS = ("id", "ID", "Mail", "at", "tags", "tags.1", "Tags", "event_name", "custom_attributes.x", "_airbyte_id", "n")


def plans() -> tuple[Plan[Any], ...]:
    by_template = plan(
        "custom_event", unmapped=True, email="{id}", event_name="{tags.1} {n}", custom_attributes__at="{at}"
    )
    return by_template, by_column("custom_event")


def outcome(mapping: Plan[Any], record: dict[str, Any]) -> Any:
    try:
        return mapping.map(record)
    except Rejection as rejection:
        return rejection.reason, rejection.field, rejection.column, str(rejection)


def test_records_of_any_columns_in_any_order_are_mapped_as_if_each_were_the_first() -> None:
    rng = random.Random(7)
    values = ("a", 3, None, True, ["x", "y"], {"1": "z"})
    used = plans()
    outcomes = set()
    for _ in range(2_000):
        record = {name: rng.choice(values) for name in rng.sample(COLUMNS, rng.randint(0, len(COLUMNS)))}
        for mapping, fresh in zip(used, plans(), strict=True):
            expected = outcome(fresh, dict(record))
            assert outcome(mapping, record) == expected
            outcomes.add(expected[0] if isinstance(expected, tuple) else "batch")
    assert len(outcomes) > 2


def test_a_column_that_exists_twice_is_refused_in_every_record_that_has_it_and_in_no_other() -> None:
    mapping, _ = plans()
    for _ in range(2):
        assert mapping.map({"id": "a@b.c", "tags": ["", "Bought"], "n": 1})["user_identities"] == {"email": "a@b.c"}
        with pytest.raises(Rejection) as caught:
            mapping.map({"id": "a@b.c", "ID": "d@e.f", "tags": ["", "Bought"], "n": 1})
        assert caught.value.column == "id"


@pytest.mark.parametrize("length", [10, 10_000])
def test_any_number_of_column_names_takes_bounded_memory(length: int) -> None:
    mapping, _ = plans()
    tracemalloc.start()
    for number in range(5_000):
        mapping.map({"id": "a@b.c", "event": f"{number}", "tags": ["", "Bought"], "n": 1, f"{number}".ljust(length): 1})
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert held < 4_000_000
