import json
import random
import re
import resource
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from destination_mparticle.config import Storage
from destination_mparticle.errors import ConfigError
from destination_mparticle.mapping.streams import StreamKey
from destination_mparticle.protocol.messages import RecordText
from destination_mparticle.tracking.checkpoints import Checkpoints
from destination_mparticle.tracking.file_storage import Files
from destination_mparticle.tracking.reject_store import NoStore, open_store
from destination_mparticle.tracking.replay import rejected_records
from destination_mparticle.tracking.statistics import RejectCause, StreamStatistics, first_positions, summary
from destination_mparticle.validation.reasons import Reason, Rejection

A, B = StreamKey("", "a"), StreamKey("ns", "b")


def tracked(*, stop_at_reject: bool = False) -> Checkpoints[Any]:
    return Checkpoints((A, B), stop_at_reject=stop_at_reject)


def states(checkpoints: Checkpoints[Any]) -> list[tuple[Any, int, int]]:
    return [(receipt.state, receipt.accepted, receipt.rejected) for receipt in checkpoints.ready()]


def test_a_state_waits_for_every_record_of_its_stream_and_for_no_other() -> None:
    checkpoints = tracked()
    _, first = checkpoints.received(A)
    checkpoints.received(B)
    checkpoints.state("one", A)
    assert states(checkpoints) == []
    checkpoints.accepted(first)
    assert states(checkpoints) == [("one", 1, 0)]


def test_a_state_of_all_streams_waits_for_all_and_counts_all() -> None:
    checkpoints = tracked()
    _, a = checkpoints.received(A)
    position, b = checkpoints.received(B)
    checkpoints.state("all", None)
    checkpoints.accepted(a)
    assert states(checkpoints) == []
    checkpoints.rejected(b, position)
    assert states(checkpoints) == [("all", 1, 1)]


def test_states_leave_in_the_order_they_came_each_counting_since_the_last_of_its_stream() -> None:
    checkpoints = tracked()
    _, a = checkpoints.received(A)
    checkpoints.state("a1", A)
    checkpoints.state("b1", B)
    assert states(checkpoints) == []
    _, later = checkpoints.received(A)
    checkpoints.state("a2", A)
    checkpoints.accepted(later)
    checkpoints.accepted(a)
    assert states(checkpoints) == [("a1", 1, 0), ("b1", 0, 0), ("a2", 1, 0)]
    assert states(checkpoints) == []


def test_no_state_passes_the_first_reject_wherever_it_happened() -> None:
    checkpoints = tracked(stop_at_reject=True)
    _, before = checkpoints.received(A)
    assert checkpoints.state("before", A)
    position, bad = checkpoints.received(B)
    assert checkpoints.state("after", A)
    assert checkpoints.rejected(bad, position) == ["after"]
    checkpoints.accepted(before)
    assert states(checkpoints) == [("before", 1, 0)]
    assert checkpoints.has_stopped
    assert not checkpoints.state("never kept", A)
    assert states(checkpoints) == []


def test_a_state_of_a_stream_without_records_or_outside_the_catalog_goes_out_at_once() -> None:
    checkpoints = tracked()
    checkpoints.state("empty", A)
    checkpoints.state("foreign", StreamKey("", "c"))
    assert states(checkpoints) == [("empty", 0, 0), ("foreign", 0, 0)]


@given(st.lists(st.sampled_from(["a", "b", "A", "B", "*"]), max_size=40), st.randoms(use_true_random=False))
def test_in_whatever_order_records_settle_the_receipts_add_up_and_keep_their_order(
    script: list[str], rng: random.Random
) -> None:
    checkpoints = tracked()
    open_records: list[tuple[int, int]] = []
    expected: list[int] = []
    seen: list[tuple[Any, int, int]] = []
    for n, step in enumerate(script):
        if step in "ab":
            open_records.append(checkpoints.received(A if step == "a" else B))
        else:
            checkpoints.state(n, {"A": A, "B": B, "*": None}[step])
            expected.append(n)
    rng.shuffle(open_records)
    for position, interval in open_records:
        if rng.random() < 0.5:
            checkpoints.accepted(interval)
        else:
            checkpoints.rejected(interval, position)
        seen += states(checkpoints)
    seen += states(checkpoints)
    assert [state for state, _, _ in seen] == expected
    last = {"a": -1, "b": -1}
    for n, step in enumerate(script):
        for stream in {"A": "a", "B": "b", "*": "ab"}.get(step, ""):
            last[stream] = n
    covered = sum(1 for n, step in enumerate(script) if step in "ab" and n < last[step])
    assert sum(accepted + rejected for _, accepted, rejected in seen) == covered


def test_the_summary_holds_every_count_of_a_stream() -> None:
    statistics = StreamStatistics(
        received=12,
        accepted=6,
        held_back=2,
        rejected=Counter(
            {RejectCause(Reason.BAD_TIMESTAMP, "timestamp", "at"): 2, RejectCause(Reason.MISSING_IDENTITY, "", ""): 1}
        ),
        truncated=Counter({"event_name": 1}),
        events=6,
        batches=3,
        requests=2,
        retries=1,
        waited=1.25,
        percentage=48.0,
    )
    assert summary(B, statistics) == (
        "ns.b: in 12, accepted 6, rejected 3 (bad_timestamp in `timestamp` (column `at`): 2, missing_identity: 1), "
        "not sent 2, in progress 1, truncated event_name 1; events 6, batches 3, requests 2, retries 1, "
        "retry wait 1.2 s, rate limit 48 % used"
    )


def test_endless_causes_are_counted_in_bounded_memory() -> None:
    statistics = StreamStatistics()
    for n in range(5_000):
        statistics.count_rejected(Rejection(Reason.BAD_VALUE, f"custom_attributes.{n}", ""), n)
    assert statistics.rejected.total() == 5_000
    assert len(statistics.rejected) <= 1_001
    assert len(summary(B, statistics)) < 2_000


def test_a_cause_names_no_more_of_a_column_than_a_log_can_hold() -> None:
    statistics = StreamStatistics()
    statistics.count_rejected(Rejection(Reason.BAD_VALUE, "\ud800", "", column="x" * 1_000_000), 1)
    assert summary(B, statistics).count("x") < 300
    assert "`\\ud800`" in summary(B, statistics)


def test_the_numbers_of_the_first_rejected_records_are_told_in_whatever_order_they_are_known() -> None:
    statistics = StreamStatistics()
    for number in (9, 4, 7, 12, 8, 5, 1_000):
        statistics.count_rejected(Rejection(Reason.REFUSED, f"events[{number}]", ""), number)
    statistics.count_rejected(Rejection(Reason.BAD_VALUE, "ip", ""), 2)

    assert first_positions(statistics) == "bad_value 1, at 2; refused_by_mparticle 7, at 4, 5, 7, 8, 9, ..."


def test_rejected_records_are_files_of_json_lines_by_stream(tmp_path: Path) -> None:
    store = open_store(Storage("Local", str(tmp_path)), "sync_1", datetime(2024, 5, 1, tzinfo=timezone.utc))
    rejection = Rejection(Reason.BAD_TIMESTAMP, "timestamp", "Not a time.", column="happened_at")

    store.add(B, RecordText(b'{"id":123456789012345678901}', b"5"), rejection)
    assert list(tmp_path.rglob("*.jsonl")) == []
    store.flush()
    store.flush()

    (path,) = (path for path in tmp_path.rglob("*") if path.is_file())
    assert re.fullmatch(
        r"sync_1/ns/b/2024_05_01_000000000000_[0-9a-f]{12}_1\.jsonl", path.relative_to(tmp_path).as_posix()
    )
    assert json.loads(path.read_text()) == {
        "stream": "b",
        "namespace": "ns",
        "rejected_reason": "bad_timestamp",
        "rejected_field": "timestamp",
        "rejected_column": "happened_at",
        "rejected_message": "Not a time.",
        "emitted_at": 5,
        "data": {"id": 123456789012345678901},
    }


def test_after_a_write_that_failed_nothing_is_written_and_each_flush_fails(tmp_path: Path) -> None:
    store = open_store(Storage("Local", str(tmp_path)), "r", datetime(2024, 5, 1, tzinfo=timezone.utc))
    (tmp_path / "r").mkdir()
    in_the_way = tmp_path / "r" / "second"
    in_the_way.write_text("not a folder")
    for name in ("first", "second", "third"):
        store.add(StreamKey("", name), RecordText(b"{}", b"null"), Rejection(Reason.SCHEMA, "", ""))

    with pytest.raises(ConfigError) as first:
        store.flush()
    in_the_way.unlink()
    with pytest.raises(ConfigError) as second:
        store.flush()

    assert first.value is second.value
    assert [path.parent.name for path in tmp_path.rglob("*.jsonl")] == ["first"]


def test_two_runs_of_one_moment_never_write_the_same_file_and_replay_tells_them_apart(tmp_path: Path) -> None:
    for name in ("a", "b"):
        store = open_store(Storage("Local", str(tmp_path)), "sync_1", datetime(2024, 5, 1, tzinfo=timezone.utc))
        for text in (b'{"n":"both"}', b'{"n":"%s"}' % name.encode()):
            store.add(A, RecordText(text, b"1"), Rejection(Reason.SCHEMA, "", ""))
        store.flush()

    assert len(list(tmp_path.rglob("*.jsonl"))) == 2
    replayed = [
        json.loads(line)["record"]["data"]["n"] for line in rejected_records(Files.local(str(tmp_path)), ".", [A])
    ]
    assert sorted(replayed) == ["a", "b", "both"]


def test_runs_are_replayed_in_the_order_in_which_they_began_also_within_one_second(tmp_path: Path) -> None:
    old = tmp_path / "sync_1" / "a" / "2024_05_01_000000_1.jsonl"
    old.parent.mkdir(parents=True)
    old.write_text('{"stream":"a","namespace":null,"emitted_at":1,"data":{"n":-1}}\n')
    for n in reversed(range(20)):
        started = datetime(2024, 5, 1, 0, 0, 0, n, tzinfo=timezone.utc)
        store = open_store(Storage("Local", str(tmp_path)), "sync_1", started)
        store.add(A, RecordText(b'{"n":%d}' % n, b"1"), Rejection(Reason.SCHEMA, "", ""))
        store.flush()

    replayed = rejected_records(Files.local(str(tmp_path)), ".", [A])
    assert [json.loads(line)["record"]["data"]["n"] for line in replayed] == list(range(-1, 20))


def test_a_file_that_could_only_be_written_in_part_is_never_replayed(tmp_path: Path) -> None:
    store = open_store(Storage("Local", str(tmp_path)), "r", datetime(2024, 5, 1, tzinfo=timezone.utc))
    record = RecordText(b'{"text":"%s"}' % (b"x" * 10_000), b"null")
    for _ in range(20):
        store.add(A, record, Rejection(Reason.SCHEMA, "", ""))

    with (
        largest_file(50_000),
        pytest.raises(ConfigError, match=r"cannot be written to \(File too large\); check Folder"),
    ):
        store.flush()

    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


@contextmanager
def largest_file(size: int) -> Iterator[None]:
    """Let no file of this process grow beyond so many bytes, as a full disk does."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_without_a_store_rejected_records_are_only_counted() -> None:
    assert isinstance(open_store(Storage(), "r", datetime(2024, 5, 1, tzinfo=timezone.utc)), NoStore)
