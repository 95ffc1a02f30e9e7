"""Once a rejected row is fixed, the next sync sends it and nothing that mParticle has already."""

import random
import time
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from mparticle_sandbox import SandboxProcess

from .harness import EVENTS, USERS, catalog, config, contents, record, state, written

NOW = int(time.time() * 1000)


def row(n: int, users: Any, **changes: Any) -> Any:
    return record("events", **{"customer": f"c-{n % users}", "name": "Bought", "at": NOW - n, "n": n, **changes})


def rows(count: int, users: Any, **fifth: Any) -> Any:
    return [row(n, users, **(fifth if n == 5 else {})) for n in range(count)]


def with_states(lines: Any, every: Any) -> Iterator[Any]:
    for n, line in enumerate(lines, start=1):
        yield line
        if n % every == 0:
            yield state("events", read=n)


def times_sent(sandbox: SandboxProcess) -> Any:
    return Counter(n for _, n in contents(sandbox.batches()))


@pytest.mark.parametrize("users", [1, 10, 1_000])
@pytest.mark.parametrize("fix", [{"at": NOW}, {"at": NOW, "name": "Bought twice as much for once"}, None])
def test_a_thousand_rows_of_which_one_is_fixed_are_a_thousand_events(
    sandbox: SandboxProcess, users: Any, fix: Any
) -> None:
    _, failure = written(config(sandbox), catalog("events"), rows(1_000, users, at="last tuesday"))
    assert "1 of 1000 records were rejected: bad_timestamp in `timestamp`" in failure.message
    fixed = rows(1_000, users, **(fix or {}))
    if fix is None:
        del fixed[5]

    _, failure = written(config(sandbox), catalog("events"), fixed)

    assert failure is None
    assert times_sent(sandbox) == Counter(range(1_000)) - (Counter([5]) if fix is None else Counter())


def test_a_row_far_into_the_input_ends_the_sending_there_and_fixing_it_doubles_nothing(sandbox: SandboxProcess) -> None:
    first = rows(3_000, 7)
    broken = [*first[:2_500], row(2_500, 7, at="soon"), *first[2_501:]]

    states, failure = written(config(sandbox), catalog("events"), with_states(broken, 400))
    assert [line["state"]["stream"]["stream_state"]["read"] for line in states] == [400, 800, 1200, 1600, 2000, 2400]
    assert failure is not None
    sent = sandbox.events_report()["events"]

    written(config(sandbox), catalog("events"), with_states(first, 400))

    assert sent >= 2_400
    assert times_sent(sandbox) == Counter(range(3_000))
    assert sandbox.events_report()["duplicates"] > 0


def test_what_is_rejected_behind_the_first_reject_is_listed_too(sandbox: SandboxProcess) -> None:
    lines = [*rows(50, 5, at="soon"), row(60, 5, customer=None), row(61, 5, name=None), row(62, 5, at="soon")]

    _, failure = written(config(sandbox), catalog("events"), lines)

    assert "4 of 53 records were rejected" in failure.message
    for reason in ("bad_timestamp in `timestamp`", "missing_identity", "missing_field in `event_name`"):
        assert reason in failure.message


def shuffled(lines: Any, seed: Any) -> Any:
    mixed = list(lines)
    random.Random(seed).shuffle(mixed)
    return mixed


def test_single_events_are_known_whatever_their_order_neighbours_states_and_columns(sandbox: SandboxProcess) -> None:
    settings = config(sandbox, grouping="single")
    lines = rows(1_000, 20)
    written(settings, catalog("events"), with_states(lines, 20))

    written(settings, catalog("events"), with_states(shuffled(lines, 1), 7))
    written(settings, catalog("events"), [row(-1, 20), *shuffled(lines, 2)])

    report = sandbox.events_report()
    assert times_sent(sandbox) == Counter(range(-1, 1_000))
    assert (report["batches_accepted"], report["duplicates"]) == (1_001, 2_000)


def test_single_grouping_keeps_equal_rows_apart_and_a_users_order(sandbox: SandboxProcess) -> None:
    settings = config(sandbox, EVENTS, USERS, grouping="single")
    lines = [row(0, 1), row(0, 1), row(1, 1), row(2, 1)]

    written(settings, catalog("events"), lines)

    assert [n for _, n in contents(sandbox.user("customer_id:c-0"))] == [0, 0, 1, 2]
