"""What the page about scaling says in numbers is what the code has, and what was measured."""

import json
import re
from collections.abc import Iterator

import pytest

from benchmarks.__main__ import RESULTS, read_results
from benchmarks.contenders import OURS
from benchmarks.sections import Section, Table
from destination_mparticle import tuning
from destination_mparticle.options import specification
from source_mparticle.manifest import option_spec
from source_mparticle.profiles import lookup
from unit_tests.source_page import ROOT, code_blocks

PAGE = ROOT / "docs" / "scaling.md"
RATE = specification()["connectionSpecification"]["properties"]["max_batches_per_second"]["default"]
WORKERS = option_spec()["properties"]["num_workers"]
STREAMS = 50
MEBIBYTE, MEGABYTE = 1 << 20, 1_000_000
WORDS = {2: "two", 6: "six", 9: "nine", 16: "sixteen"}

DESTINATION, SOURCE = (
    json.loads(text)["jobSpecific"][0]["resourceRequirements"]
    for text in re.findall(r"= *\n?'(\{.*\})'", "".join(code_blocks(PAGE, "sql")))
)
SECTIONS = [result.section for result in read_results(RESULTS).values()]


def text_of_the_page() -> str:
    return re.sub(r"\s+", " ", PAGE.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    "fact",
    [
        f"{RATE} batches a second by default",
        f"At {RATE} batches a second, a stream of ten events to a batch needs {RATE * 10:,} records a second",
        f"of which ten share a batch take {WORDS[round(1e5 / RATE / 60)]} minutes at {RATE} batches a second",
        f"a window of {tuning.WINDOW_BYTES // MEGABYTE} MB",
        f"with fifty, a stream has {tuning.WINDOW_BYTES / STREAMS / MEGABYTE:.1f} MB",
        f"| Records in open batches | {tuning.WINDOW_BYTES // MEGABYTE} MB, shared by the streams |",
        f"| Batches that wait or are being sent | {tuning.IN_FLIGHT_BYTES // MEGABYTE} MB |",
        f"| States that wait for the records before them | {tuning.STATE_BYTES // MEGABYTE} MB |",
        f"| Rejected records that are to be stored | {tuning.REJECT_BUFFER_BYTES // MEGABYTE} MB |",
        f"{WORDS[tuning.EVENTS_SENDERS]} threads send",
        f"Once a sync has read {tuning.WORKERS_FROM_LINE:,} lines",
        f"beside the first, and at most {WORDS[tuning.WORKERS]}:",
        f"ends within {WORDS[int(tuning.GRACE_SECONDS)]} seconds",
        f"**Number of Workers** ({WORKERS['default']}, at most {WORKERS['maximum']})",
        f"allows {lookup.ALLOWED_PER_SECOND} profile look-ups a second",
    ],
)
def test_the_page_states_the_numbers_of_the_code(fact: str) -> None:
    assert fact in text_of_the_page()


def test_a_million_events_that_are_alone_take_over_an_hour() -> None:
    assert 1e6 / RATE > 3600
    assert "a million that are alone take over an hour" in text_of_the_page()


def tables_of(kind: str, column: str) -> Iterator[tuple[Section, Table]]:
    for section in SECTIONS:
        for table in section.tables:
            if section.title.startswith(kind) and column in table.header:
                yield section, table


def peaks(kind: str) -> list[int]:
    """The peaks of memory in the tables of a connector, without those of the manifest that it is compared with."""
    return [
        int(row[table.header.index("Peak memory")].split()[0]) * MEGABYTE
        for _, table in tables_of(kind, "Peak memory")
        for row in table.rows
        if not row[0].startswith("bare")
    ]


def memory(text: str) -> int:
    number, unit = re.fullmatch(r"(\d+)([MG]i)", text).groups()  # type: ignore[union-attr]
    return int(number) * {"Mi": MEBIBYTE, "Gi": 1024 * MEBIBYTE}[unit]


@pytest.mark.parametrize(("kind", "requirements"), [("Destination", DESTINATION), ("Source", SOURCE)])
def test_the_memory_that_is_advised_is_half_more_than_the_highest_peak(kind: str, requirements: dict[str, str]) -> None:
    assert max(peaks(kind)) * 1.5 <= memory(requirements["memory_request"]) < memory(requirements["memory_limit"])


def test_the_destinations_memory_limit_has_room_for_all_that_may_wait() -> None:
    waiting = tuning.WINDOW_BYTES + tuning.IN_FLIGHT_BYTES + tuning.STATE_BYTES + tuning.REJECT_BUFFER_BYTES
    assert max(peaks("Destination")) + 2 * waiting < memory(DESTINATION["memory_limit"])


def test_the_cpu_that_is_advised_for_the_destination_carries_the_default_rate_of_batches_of_ten() -> None:
    ((_, table),) = tables_of("Destination", "Records/s")
    (row,) = [each for each in table.rows if each[0] == f"sorted: {OURS}"]
    carried = float(row[table.header.index("Records/s")].replace(",", ""))
    assert RATE * 10 / carried <= float(DESTINATION["cpu_request"])


def test_the_cpu_that_is_advised_for_the_source_is_what_it_used_for_a_whole_account() -> None:
    ((_, table),) = [(section, each) for section, each in tables_of("Source", "CPU") if "account" in section.title]
    used, took = (float(table.rows[0][table.header.index(name)].split()[0]) for name in ("CPU", "Took"))
    assert used / took <= float(SOURCE["cpu_request"])
