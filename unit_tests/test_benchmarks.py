"""The page of measurements is made of measurements, and the inputs of the benchmarks are what the page says."""

import json
import random
import re
from collections import Counter
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from msgspec.structs import replace

from benchmarks import rows, throughput
from benchmarks.__main__ import BENCHMARKS, PAGE, RESULTS, charts, publish, read_results
from benchmarks.chart import svg
from benchmarks.contenders import BULK, CEILING, OURS, SINGLE, Input, Sent, logged_counts
from benchmarks.page import page
from benchmarks.processes import Usage
from benchmarks.sections import Bars, Chart, Environment, Requirement, Result, Section, Table
from unit_tests.source_page import ROOT

SVG = "{http://www.w3.org/2000/svg}"
NOW = 1_795_000_000_000


def result(section: Section) -> Result:
    environment = Environment("2026-11-22", (("Cores", "2"),), (("CPython", "3.11.7"),), 0.5)
    return Result(section, environment, "make bench ONLY=throughput", 90.0)


def records_of(order: str, count: int) -> list[dict[str, Any]]:
    messages = [json.loads(line) for line in rows.lines(order, count, NOW)]
    return [message["record"]["data"] for message in messages if message["type"] == "RECORD"]


def test_the_page_and_its_charts_are_what_is_made_of_the_results() -> None:
    results = read_results(RESULTS)
    assert results
    assert PAGE.read_text(encoding="utf-8") == page(results), "run: make bench ARGS=--page"
    for name, content in charts(results).items():
        assert (PAGE.parent / "images" / name).read_text(encoding="utf-8") == content


def test_results_are_read_back_as_they_were_published_in_the_order_of_the_page(tmp_path: Path) -> None:
    chart = Chart("speed", "Speed", "records/s", (Bars("sorted", (("ours", 2.0),)),))
    tables = (Table(("Input", "Records/s"), (("sorted", "2"),)),)
    full = result(Section("Throughput", "How.", tables, (Requirement("Twice", "2.1", is_met=True),), chart))
    results = dict.fromkeys(reversed(BENCHMARKS), full)
    publish(results, tmp_path / "results.json", tmp_path / "page.md")
    found = read_results(tmp_path / "results.json")
    assert list(found) == list(BENCHMARKS)
    assert found == results
    assert (tmp_path / "images" / "speed.svg").read_text() == svg(chart)


def test_the_page_says_what_was_required_and_not_met() -> None:
    rows_of = (Requirement("Twice", "1.9", is_met=False), Requirement("Small", "90 MB", is_met=True))
    text = page({"throughput": result(Section("Throughput", "How.", (Table(("Input", "Speed"), ()),), rows_of))})
    assert "| Twice | 1.9 | **no** |\n| Small | 90 MB | yes |" in text


def test_the_page_says_when_and_on_which_machine_each_section_was_measured() -> None:
    one, other = result(Section("One", "How.", ())), result(Section("Other", "How.", ()))
    other = replace(other, environment=replace(other.environment, machine=(("Cores", "64"),)))
    text = page({"throughput": one, "catalog": other, "audiences": one})
    assert (
        "`make bench ONLY=throughput`, 2026-11-22, 1.5 minutes on [machine 1](#machine-1), which had a load of 0.5"
        in text
    )
    assert re.findall(r"on \[machine (\d)\]", text) == ["1", "2", "1"]
    assert "## Machine 2\n\n|  |  |\n| --- | ---: |\n| Cores | 64 |\n| CPython | 3.11.7 |\n" in text


def test_the_bars_of_a_chart_are_as_long_as_their_values() -> None:
    bars = (("ours <new>", 40_000.0), ("client", 10_000.0))
    chart = Chart("speed", "Speed & more", "records/s", (Bars("sorted", bars),))
    drawn = ET.fromstring(svg(chart))  # noqa: S314 - our own
    _, ours, client = (float(each.attrib["width"]) for each in drawn.iter(f"{SVG}rect"))
    assert ours == pytest.approx(4 * client)
    texts = [each.text for each in drawn.iter(f"{SVG}text")]
    assert texts == ["Speed & more, records/s", "sorted", "ours <new>", "40,000", "client", "10,000"]


@pytest.mark.parametrize("order", rows.ORDERS)
def test_an_input_has_different_rows_of_15_columns_and_its_states(order: str) -> None:
    messages = [json.loads(line) for line in rows.lines(order, 10_005, NOW)]
    assert Counter(message["type"] for message in messages) == {"RECORD": 10_005, "STATE": 2}
    assert [messages[index]["type"] for index in (10_000, 10_006)] == ["STATE", "STATE"]
    records = [message["record"]["data"] for message in messages if message["type"] == "RECORD"]
    assert {len(record) for record in records} == {15}
    assert len({json.dumps(record) for record in records}) == 10_005


def test_the_inputs_differ_in_how_many_users_stand_between_two_states() -> None:
    users = {order: len({record["user"] for record in records_of(order, 10_000)}) for order in rows.ORDERS}
    assert users["sorted"] == 1_000
    assert users["shuffled"] == pytest.approx(7_869, abs=100)
    assert users["skewed"] < 300


def test_the_same_rows_are_made_in_every_run() -> None:
    random.seed(3)
    first = records_of("shuffled", 100)
    random.seed(4)
    assert records_of("shuffled", 100) == first


def test_a_ratio_compares_what_ran_in_the_same_round() -> None:
    fast_and_busy = measurement(ours=[1.0, 1.2, 40.0], client=[2.0, 3.0, 90.0])
    assert fast_and_busy.ratio(BULK) == pytest.approx(2.25)


def test_of_several_counts_in_a_long_log_the_last_are_taken() -> None:
    line = "events: in {0}, accepted {0}, rejected 0; events {0}, batches {1}, requests 9, retries 0"
    assert logged_counts("\n".join([line.format(500, 40), "other", line.format(2000, 160)])) == (2000, 160)


def test_what_is_required_of_the_destination_is_judged_by_its_worst_input() -> None:
    good = measurement(ours=[1.0, 1.1, 1.05], client=[3.0, 3.0, 3.0])
    inputs = {"sorted": good, "shuffled": good, "skewed": measurement(ours=[2.0, 1.0, 2.0], client=[9.0] * 3)}
    section = throughput.section("How.", inputs, longer=Usage(10, 10, 80_000_000))
    judged = [(each.measured, each.is_met) for each in section.requirements]
    assert judged == [
        ("2.86", True),
        ("2.86", True),
        ("19.05", False),
        ("25 %", False),
        ("100 %", False),
        ("80 MB", True),
        ("0 %", True),
    ]


def measurement(ours: list[float], client: list[float]) -> Input:
    seconds = {OURS: ours, BULK: client, SINGLE: [20.0] * 3, CEILING: [0.5] * 3}
    rounds = {name: [Usage(each, each, 80_000_000) for each in times] for name, times in seconds.items()}
    return Input(1_000, Sent([9_000] * 10, 100), rounds)


def test_every_benchmark_is_a_module_with_a_line_in_the_list() -> None:
    names = {
        path.stem for path in (ROOT / "benchmarks").glob("*.py") if "\ndef run(options: Options)" in path.read_text()
    }
    assert names == set(BENCHMARKS)
