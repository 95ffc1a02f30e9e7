"""What the benchmark of start-up makes of the times that it measured."""

from benchmarks.processes import Usage
from benchmarks.sections import Requirement
from benchmarks.startup import MOST_OF_STOCK, OURS, STOCK, section


def requirement(ours: list[float], stock: list[float]) -> Requirement:
    """What is said of the destination's `spec` after rounds of so many seconds."""
    rounds = {OURS: [Usage(each, each, 0) for each in ours], STOCK: [Usage(each, each, 0) for each in stock]}
    names = list(MOST_OF_STOCK)
    return section(dict.fromkeys(names, rounds), len(ours)).requirements[names.index("destination spec")]


def test_a_command_is_compared_with_the_stock_connectors_of_the_same_round() -> None:
    # The second round was slow for both, the third for one.
    assert requirement(ours=[0.1, 1.0, 0.9], stock=[1.0, 10.0, 1.0]).measured == "0.10"


def test_a_command_that_takes_more_than_its_share_misses_the_requirement() -> None:
    assert requirement(ours=[0.2], stock=[1.0]).is_met
    assert not requirement(ours=[0.21], stock=[1.0]).is_met
