"""A short selection of the long runs of `reliability/`, and proof that their judge can fail.

All of them: `make reliability`, or `python -m reliability.faults --seeds 17` for one.
"""

import time
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from mparticle_sandbox import SandboxProcess

from reliability import faults, kills
from reliability.inputs import Mark, Message, messages, rest
from reliability.judge import Glance, Receipt, Reject, Sync, findings
from reliability.plan import EVENTS, USERS, draw
from reliability.proxy import Proxy
from reliability.rows import EXACT, Row, data_of, exact_json
from reliability.service_faults import Outage
from reliability.stored import Copy, Stored
from reliability.syncs import SANDBOX

# The long runs have more.
RECORDS = 2_000


@pytest.fixture(scope="module")
def runs() -> Iterator[SandboxProcess]:
    with SandboxProcess(**SANDBOX) as sandbox:
        yield sandbox


@pytest.mark.parametrize("seed", [0, 1, 8, 9, 10, 11])
def test_whatever_goes_wrong_every_record_arrives_once_or_is_reported(runs: SandboxProcess, seed: int) -> None:
    assert faults.run_seed(runs, seed, records=RECORDS).findings == []


def test_without_dedup_what_arrives_twice_is_counted_and_has_its_ids(runs: SandboxProcess) -> None:
    result = faults.run_seed(runs, 9, deduplicate=False, records=RECORDS)

    assert result.findings == []
    assert result.counts["records that a missing dedup doubles"] > 0


@pytest.mark.parametrize("seed", [1, 4, 8])
def test_a_sync_that_is_ended_anywhere_is_completed_by_its_replay(runs: SandboxProcess, seed: int) -> None:
    with kills.connector() as connector:
        assert kills.run_seed(connector, runs, seed, records=RECORDS).findings == []


def test_the_proxy_resets_a_request_before_it_is_read_and_then_refuses_connections_for_a_while(
    runs: SandboxProcess,
) -> None:
    runs.clear_requests()
    outages = [Outage("reset", 1), Outage("refused", 2, refuses_for_ms=300)]
    with Proxy(urlsplit(runs.url).port or 0, outages) as proxy:
        outcomes = [outcome_of_a_post(proxy.port) for _ in range(3)]
        deadline = time.monotonic() + 10
        while outcomes[-1] != 401 and time.monotonic() < deadline:
            outcomes.append(outcome_of_a_post(proxy.port))

    assert outcomes[:3] == [401, "ConnectionError", "ConnectionError"]
    assert set(outcomes[3:-1]) == {"ConnectionError"}
    assert outcomes[-1] == 401
    assert proxy.fired == ["reset", "refused"]
    assert runs.requests()["total"] == 2


def outcome_of_a_post(port: int) -> int | str:
    try:
        return requests.post(f"http://127.0.0.1:{port}/v2/bulkevents", json=[], timeout=5).status_code
    except requests.RequestException as error:
        return type(error).__name__


def test_a_seed_says_all_about_its_run_but_the_time() -> None:
    def timeless(seed: int) -> Any:
        rows = [message for message in messages(draw(seed, 200)) if isinstance(message, Row)]
        return [(row.key, row.user, row.fate, {**row.data, "at": 0}) for row in rows]

    assert draw(7) == draw(7) != draw(8)
    assert timeless(7) == timeless(7)


SHARED = {"at": 1_700_000_000_000, "of": "a"}
ROWS = [Row("a", EVENTS, number, "u-1", data_of(EVENTS, number, "u-1", SHARED)) for number in range(4)]
REJECTED = replace(ROWS[3], data={**ROWS[3].data, "user": None, "exact": EXACT}, fate="rejected")
STORED = Reject(REJECTED.key, exact_json(REJECTED.data))
# Two rows and a state, then a good row and a rejected one and a state.
SENT: list[Message] = [ROWS[0], ROWS[1], Mark(1, "a", "stream"), ROWS[2], REJECTED, Mark(2, "a", "stream")]


def healthy() -> tuple[list[Sync], Stored]:
    """A failed sync that got to its first state, and the one that completed it."""
    first = Sync(SENT, [receipt_of(1, 2, 0)], error="Stopped.", glance=Glance(1, Stored([copy_of(0), copy_of(1)])))
    second = Sync(rest(SENT, [1]), [receipt_of(2, 1, 1)], rejects=[STORED], stored_at={2: {REJECTED.key}})
    return [first, second], Stored([copy_of(0), copy_of(1), copy_of(2)])


def copy_of(number: int, message_id: str = "", batch: int = 0) -> Copy:
    content = exact_json(ROWS[number].arrived)
    return Copy("a", number, "u-1", batch, f"batch {number}", message_id or f"id {number}", content)


def receipt_of(number: int, accepted: int, rejected: int) -> Receipt:
    return Receipt(number, accepted, rejected, exact_json(Mark(number, "a", "stream").message))


def lose_a_row(_syncs: list[Sync], stored: Stored) -> None:
    stored.copies.pop()


def double_a_row(_syncs: list[Sync], stored: Stored) -> None:
    stored.copies.append(copy_of(1, batch=1))


def send_again_under_another_id(_syncs: list[Sync], stored: Stored) -> None:
    stored.copies.append(copy_of(1, "another id", 1))


def store_no_reject(syncs: list[Sync], _stored: Stored) -> None:
    syncs[1].rejects.clear()


def store_a_reject_twice(syncs: list[Sync], _stored: Stored) -> None:
    syncs[1].rejects.append(STORED)


def send_what_was_rejected(_syncs: list[Sync], stored: Stored) -> None:
    stored.copies.append(copy_of(3))


def confirm_before_it_arrived(syncs: list[Sync], _stored: Stored) -> None:
    syncs[0].glance = Glance(1, Stored([copy_of(0)]))


def confirm_what_never_arrived(syncs: list[Sync], stored: Stored) -> None:
    syncs[0].states.append(receipt_of(2, 2, 0))
    syncs[1] = Sync([])
    stored.copies.pop()


def swap_states(syncs: list[Sync], _stored: Stored) -> None:
    syncs[:] = [Sync(SENT, [receipt_of(2, 1, 1), receipt_of(1, 2, 0)], rejects=[STORED])]


def leave_a_state_out(syncs: list[Sync], _stored: Stored) -> None:
    syncs[1].states.clear()


def count_wrongly(syncs: list[Sync], _stored: Stored) -> None:
    syncs[1].states = [receipt_of(2, 2, 0)]


def print_the_content_of_another_state(syncs: list[Sync], _stored: Stored) -> None:
    syncs[0].states = [replace(receipt_of(1, 2, 0), message=receipt_of(2, 1, 1).message)]


def round_a_number_of_a_state(syncs: list[Sync], _stored: Stored) -> None:
    (printed,) = syncs[0].states
    syncs[0].states = [replace(printed, message=rounded(printed.message))]


def rounded(text: bytes) -> bytes:
    digits = str(EXACT).encode()
    assert digits in text
    return text.replace(digits, b"1.1")


def confirm_before_it_is_stored(syncs: list[Sync], _stored: Stored) -> None:
    syncs[1].stored_at = {2: set()}


def store_another_content(syncs: list[Sync], _stored: Stored) -> None:
    syncs[1].rejects = [STORED._replace(data=rounded(STORED.data))]


def give_a_row_to_another_user(_syncs: list[Sync], stored: Stored) -> None:
    stored.copies[1] = replace(stored.copies[1], user="u-12")


def empty_an_attribute(_syncs: list[Sync], stored: Stored) -> None:
    stored.copies[1] = replace(stored.copies[1], content=stored.copies[1].content.replace(b'"a"', b'""'))


def turn_a_number_into_text(_syncs: list[Sync], stored: Stored) -> None:
    stored.copies[1] = replace(stored.copies[1], content=stored.copies[1].content.replace(b'"n":1', b'"n":"1"'))


def test_rows_that_were_sent_again_in_another_order_may_arrive_in_it() -> None:
    syncs, stored = healthy()
    stored.copies.reverse()
    assert findings(syncs, stored, was_shuffled=True) == []


def swap_rows(_syncs: list[Sync], stored: Stored) -> None:
    stored.copies.reverse()


def never_finish(syncs: list[Sync], _stored: Stored) -> None:
    syncs[1].error = "Stopped."


def drop_in_silence(_syncs: list[Sync], stored: Stored) -> None:
    stored.dropped = 1


def test_a_run_in_which_nothing_is_wrong_has_no_findings() -> None:
    assert findings(*healthy()) == []


def test_equal_rows_may_be_rejected_once_each() -> None:
    syncs, stored = healthy()
    twin = [*rest(SENT, [1]), REJECTED]
    syncs[1] = Sync(twin, [receipt_of(2, 1, 1)], rejects=[STORED, STORED])
    assert findings(syncs, stored) == []


@pytest.mark.parametrize(
    ("spoil", "kinds"),
    [
        (lose_a_row, {"lost"}),
        (double_a_row, {"doubled"}),
        (send_again_under_another_id, {"doubled", "other ids"}),
        (store_no_reject, {"unreported"}),
        (store_a_reject_twice, {"doubled"}),
        (send_what_was_rejected, {"doubled"}),
        (confirm_before_it_arrived, {"state early"}),
        (confirm_what_never_arrived, {"lost", "unreported", "state count"}),
        (swap_states, {"state order"}),
        (leave_a_state_out, {"state missing"}),
        (count_wrongly, {"state count"}),
        (swap_rows, {"order"}),
        (never_finish, {"not finished"}),
        (drop_in_silence, {"lost"}),
        (print_the_content_of_another_state, {"state content"}),
        (round_a_number_of_a_state, {"state content"}),
        (confirm_before_it_is_stored, {"state early"}),
        (store_another_content, {"content"}),
        (give_a_row_to_another_user, {"content"}),
        (empty_an_attribute, {"content"}),
        (turn_a_number_into_text, {"content"}),
    ],
    ids=lambda each: getattr(each, "__name__", ""),
)
def test_what_a_run_does_wrong_is_found(spoil: Callable[[list[Sync], Stored], None], kinds: set[str]) -> None:
    syncs, stored = deepcopy(healthy())
    spoil(syncs, stored)
    assert {finding.kind for finding in findings(syncs, stored)} == kinds


def user_row(number: int) -> Row:
    return Row("b", USERS, number, "u-1", data_of(USERS, number, "u-1", {**SHARED, "of": "b"}))


def upserts(*numbers: int) -> list[Copy]:
    """Copies of rows of a user, in order of arrival."""
    return [
        Copy("b", number, "u-1", batch, f"batch {batch}", "", exact_json(user_row(number).arrived))
        for batch, number in enumerate(numbers)
    ]


GOLD, SILVER = 1, 2


def test_a_user_who_was_gold_and_silver_ends_as_gold_again() -> None:
    sent = [user_row(GOLD), user_row(SILVER), user_row(GOLD)]

    def kinds(*arrived: int, **options: bool) -> set[str]:
        return {finding.kind for finding in findings([Sync(sent)], Stored(upserts(*arrived)), **options)}

    assert kinds(GOLD, SILVER, GOLD) == set()
    assert kinds(GOLD, SILVER) == {"last value"}
    assert kinds(GOLD, SILVER, was_shuffled=True) == set()
    assert kinds(GOLD, SILVER, GOLD, GOLD) == {"doubled"}


def test_a_state_that_could_have_come_before_a_requested_end_is_found() -> None:
    plan = replace(draw(0), streams={"a": EVENTS}, grouping="by_user", accounts=0, bad=0)
    ended = Sync(SENT, [receipt_of(1, 2, 0)], error="SIGTERM")

    assert [finding.kind for finding in kills.withheld(plan, ended, {row.key for row in ROWS})] == ["state withheld"]
    assert kills.withheld(plan, ended, {row.key for row in ROWS[:3]}) == []
