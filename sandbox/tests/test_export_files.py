"""Which files exports become: their names, their folders, what comes again and what comes late."""

import gzip
import re
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from mparticle_sandbox.core.events_api.batch_store import StoredBatch
from mparticle_sandbox.core.exports.options import ExportOptions
from mparticle_sandbox.core.exports.queue import ExportFile, ExportQueue

from tests.helpers.exports import AT_MS, lines, stored
from tests.helpers.sender import batch, custom_event

NOW_US = 1_700_000_100_000_000
# 2023-11-14, and a day in 2021.
UPLOAD_DAY, EVENT_DAY, EVENT_MS = "2023-11-14", "2021-03-04", 1_614_859_200_000
NAME = re.compile(r"Shop_(\d{20})_\d{5}\.txt")


def queue_of(batches: int, content: dict[str, Any] | None = None, **options: Any) -> ExportQueue:
    queue = ExportQueue(ExportOptions(**options), seed=7, mpids={})
    for number in range(batches):
        queue.add(stored(content or batch(source_request_id=str(number))), "Shop")
    return queue


def files_of(batches: int, content: dict[str, Any] | None = None, **options: Any) -> list[ExportFile]:
    return queue_of(batches, content, **options).take(NOW_US, everything=True)


def requests_in(file: ExportFile) -> list[str]:
    return [line["source_request_id"] for line in lines(file.content)]


def named_time(file: ExportFile) -> datetime:
    match = NAME.fullmatch(file.path.rpartition("/")[2])
    assert match, file.path
    return datetime.strptime(match[1] + "+0000", "%Y%m%d%H%M%S%f%z")


def test_a_file_has_a_batch_in_each_line_and_the_name_of_its_app_and_time() -> None:
    (file,) = files_of(3)
    assert requests_in(file) == ["0", "1", "2"]
    assert named_time(file) == datetime(2023, 11, 14, 22, 15, tzinfo=timezone.utc)


def test_each_app_has_files_of_its_own() -> None:
    queue = queue_of(1)
    queue.add(stored(batch()), "Trips")
    assert [file.path.partition("_")[0] for file in queue.take(NOW_US, everything=True)] == ["Shop", "Trips"]


@pytest.mark.parametrize(
    ("dates", "events", "folders"),
    [
        ("none", [custom_event(timestamp_unixtime_ms=EVENT_MS)], "in/"),
        ("event", [custom_event(timestamp_unixtime_ms=EVENT_MS)], f"in/{EVENT_DAY}/"),
        ("event", [], "in/"),
        ("event", [custom_event(timestamp_unixtime_ms=2**62)], "in/"),
        ("upload", [custom_event(timestamp_unixtime_ms=EVENT_MS)], f"in/{UPLOAD_DAY}/"),
        ("event_or_upload", [custom_event(timestamp_unixtime_ms=EVENT_MS)], f"in/{EVENT_DAY}/"),
        ("event_or_upload", [], f"in/{UPLOAD_DAY}/"),
    ],
)
def test_the_date_folder_is_that_of_the_chosen_time(dates: str, events: list[Any], folders: str) -> None:
    (file,) = files_of(1, batch(events=events), folder="in", dates=dates)
    assert file.path.startswith(folders)
    assert file.path.count("/") == folders.count("/")


def test_each_day_has_a_file_of_its_own() -> None:
    queue = queue_of(0, dates="upload")
    for days in (0, 1, 0):
        queue.add(stored(batch(), AT_MS + days * 86_400_000), "Shop")
    files = queue.take(NOW_US, everything=True)
    assert [(file.path[:10], len(lines(file.content))) for file in files] == [("2023-11-14", 2), ("2023-11-15", 1)]


def test_single_events_lie_in_the_folders_of_their_own_days() -> None:
    events = [custom_event(timestamp_unixtime_ms=EVENT_MS), custom_event()]
    files = files_of(1, batch(events=events), dates="event", single_events=True)
    assert [file.path[:10] for file in files] == [EVENT_DAY, UPLOAD_DAY]


def test_a_compressed_file_has_the_same_name_and_content() -> None:
    (plain,), (compressed,) = files_of(2), files_of(2, gzip=True)
    assert compressed.path == plain.path
    assert gzip.decompress(compressed.content) == plain.content


def test_what_comes_twice_comes_byte_for_byte_in_another_file() -> None:
    first, second = files_of(5, redelivered=1.0)
    assert first.content == second.content
    assert named_time(first) < named_time(second)


def test_what_comes_twice_lies_back_until_the_next_files() -> None:
    queue = queue_of(2, redelivered=1.0)
    (first,) = queue.take(NOW_US, everything=False)
    assert queue.waiting == 2
    (second,) = queue.take(NOW_US, everything=False)
    assert requests_in(first) == requests_in(second) == ["0", "1"]
    assert queue.take(NOW_US, everything=True) == []


def test_a_late_file_has_a_name_later_than_its_date_folder() -> None:
    queue = queue_of(2, late=1.0, late_by_h=30, dates="upload")
    assert queue.take(NOW_US, everything=False) == []
    (file,) = queue.take(NOW_US, everything=False)
    assert file.path.startswith(f"{UPLOAD_DAY}/")
    assert timedelta(hours=30) <= named_time(file) - datetime(2023, 11, 14, 22, 15, tzinfo=timezone.utc)
    assert requests_in(file) == ["0", "1"]


def test_shares_are_those_of_the_lines_and_follow_from_the_seed() -> None:
    queue = queue_of(1000, redelivered=0.2, late=0.1, text_numbers=0.3)
    assert 60 < queue.lines["late"] < 140
    assert 130 < queue.lines["redelivered"] < 230
    files = queue.take(NOW_US, everything=True)
    unique = {line["source_request_id"]: line for file in files for line in lines(file.content)}
    assert len(unique) == 1000
    assert 240 < sum(isinstance(line["mpid"], str) for line in unique.values()) < 360
    again = queue_of(1000, redelivered=0.2, late=0.1, text_numbers=0.3)
    assert again.take(NOW_US, everything=True) == files


def test_no_name_is_given_out_twice_even_where_time_stands_still_or_all_is_forgotten() -> None:
    queue = queue_of(0)
    paths = set()
    for _ in range(50):
        queue.add(stored(batch()), "Shop")
        paths |= {file.path for file in queue.take(NOW_US, everything=True)}
        queue.forget()
    assert len(paths) == 50


def test_files_are_due_after_so_many_batches() -> None:
    queue = queue_of(2, every=3)
    assert not queue.is_due
    queue.add(stored(batch()), "Shop")
    assert queue.is_due
    queue.take(NOW_US, everything=False)
    assert not queue.is_due


def test_a_line_stays_one_line_and_valid_utf_8_whatever_it_holds() -> None:
    names = ["one\ntwo", "one\u2028two\u0085", "\ud800", "ünïcode"]
    (file,) = files_of(1, batch(events=[custom_event(event_name=name) for name in names]))
    assert file.content.count(b"\n") == 1
    (line,) = lines(file.content.decode().encode())
    assert [event["data"]["event_name"] for event in line["events"]] == names


def test_a_batch_as_deep_as_can_be_accepted_is_exported() -> None:
    deep = '{"events": [{"event_type": "session_start", "data": {"x": ' + "[" * 500 + "]" * 500 + "}}]}"
    queue = queue_of(0)
    queue.add(StoredBatch(deep, "anonymous", "/v2/events", AT_MS, 1), "Shop")
    (file,) = queue.take(NOW_US, everything=True)
    assert b"[" * 500 in file.content
