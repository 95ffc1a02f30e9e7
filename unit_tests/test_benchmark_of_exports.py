"""The benchmark of exports reads files that the connector knows, and says what was measured of them."""

from itertools import islice

from benchmarks.export_files import file_name, lines
from benchmarks.exports import ALL, OURS, STOCK, section
from benchmarks.processes import Usage
from benchmarks.sections import Section
from source_mparticle_exports.records.file_name import FileKind, parse_file_name
from source_mparticle_exports.records.line import Batch, parse_line

FACTS = {"files": 2, "bytes": 10_000_000, "batches": 10, "events": 30}


def of(ours: list[float], stock: list[float], memory: int = 250_000_000) -> Section:
    """What is said of rounds of so many seconds."""
    seconds = {OURS: ours, STOCK: stock, ALL: ours}
    return section({name: [Usage(each, each, memory) for each in seconds[name]] for name in seconds}, FACTS, len(ours))


def test_a_file_is_the_same_each_time_and_is_one_of_mparticles() -> None:
    assert b"".join(lines(3, 100_000)) == b"".join(lines(3, 100_000))
    assert b"".join(lines(3, 100_000)) != b"".join(lines(4, 100_000))
    names = [file_name(number) for number in range(400)]
    assert len(set(names)) == 400
    assert {parse_file_name(name).kind for name in names} == {FileKind.EVENTS}
    batches = [parse_line(line, parse_file_name(names[0])) for line in islice(lines(0, 1_000_000), 50)]
    assert all(isinstance(batch, Batch) and batch.events for batch in batches)


def test_ours_is_compared_with_the_stock_source_of_the_same_round() -> None:
    speed, _ = of(ours=[1.0, 10.0, 9.0], stock=[1.0, 10.0, 1.0]).requirements
    assert (speed.measured, speed.is_met) == ("1.00", True)
    assert not of(ours=[1.6], stock=[1.0]).requirements[0].is_met


def test_the_peak_of_the_stock_source_is_not_ours() -> None:
    assert of(ours=[1.0], stock=[1.0]).requirements[1].is_met
    assert not of(ours=[1.0], stock=[1.0], memory=300_000_000).requirements[1].is_met
