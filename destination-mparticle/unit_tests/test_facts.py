"""A fact of mParticle's stands in `mparticle/` or in an object, and whatever repeats it says the same."""

import ast
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar, get_args

import yaml

from destination_mparticle import tuning
from destination_mparticle.mparticle import limits
from destination_mparticle.mparticle.identities import (
    DEVICE_IDENTITIES,
    OTHER_SPELLINGS,
    RESERVED_ATTRIBUTES,
    USER_IDENTITIES,
)
from destination_mparticle.mparticle.model.batch import DeviceInfo, UserIdentities
from destination_mparticle.mparticle.model.events import IdentityType
from destination_mparticle.mparticle.pods import EVENTS_URLS, PLATFORM_API_URL, TOKEN_URL
from destination_mparticle.objects import OBJECTS
from destination_mparticle.options import specification
from destination_mparticle.validation.reasons import Reason

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "destination_mparticle"
PAGE = (ROOT.parent / "docs" / "integrations" / "destinations" / "mparticle.md").read_text(encoding="utf-8")
OPTIONS: dict[str, Any] = specification()["connectionSpecification"]["properties"]
MAPPING: dict[str, Any] = OPTIONS["streams"]["items"]["properties"]

Node = TypeVar("Node", bound=ast.AST)
LIMITS = {name for name in vars(limits) if name.isupper()}
_BYTES = f"{limits.BATCH_BYTES // 1000} kB a batch, under {(limits.REQUEST_BYTES + 1) // 1000} kB a request"
_COUNTS = f"{_BYTES}, {limits.REQUEST_BATCHES} batches and {limits.REQUEST_EVENTS} events a request"
_ATTRIBUTES = f"{limits.ATTRIBUTES} attributes of an event or a batch, {limits.LIST_ENTRIES} entries of a list"
IN_THE_TABLE_OF_LIMITS = {
    "BATCHES_PER_SECOND": f"{limits.BATCHES_PER_SECOND} batches a second",
    "BATCH_BYTES": _COUNTS,
    "REQUEST_BYTES": _COUNTS,
    "REQUEST_BATCHES": _COUNTS,
    "REQUEST_EVENTS": _COUNTS,
    "NAME_CHARACTERS": f"names {limits.NAME_CHARACTERS} characters, values {limits.VALUE_CHARACTERS}",
    "VALUE_CHARACTERS": f"values {limits.VALUE_CHARACTERS}",
    "LIST_ENTRY_CHARACTERS": f"list entries {limits.LIST_ENTRY_CHARACTERS}",
    "ATTRIBUTES": _ATTRIBUTES,
    "LIST_ENTRIES": _ATTRIBUTES,
}
ELSEWHERE_ON_THE_PAGE = {
    "HISTORICAL_AFTER": f"Events older than {limits.HISTORICAL_AFTER.days} days go to the historical endpoint",
    "HISTORICAL_MINIMUM_AGE": f"less than {limits.HISTORICAL_MINIMUM_AGE // timedelta(hours=1)} hours old",
}
NOT_ON_THE_PAGE = dict.fromkeys(("INT64_MIN", "INT64_MAX"), "the page speaks of 64 bits, which says the same")


def words_of(text: str) -> set[str]:
    return set(re.findall(r"\w+", text))


def code_in(text: str) -> list[str]:
    return re.findall(r"`([^`]+)`", text)


def nodes_of(kind: type[Node]) -> Iterator[Node]:
    """The parts of the package's code that are of one kind."""
    for path in PACKAGE.rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        yield from (node for node in ast.walk(tree) if isinstance(node, kind))


def between(start: str, end: str) -> str:
    """The part of the page between two texts, wherever its lines break."""
    _, found, rest = " ".join(PAGE.split()).partition(start)
    part, found_end, _ = rest.partition(end)
    assert found, start
    assert found_end, end
    return part


def test_every_pod_has_a_host_that_the_form_offers_and_the_platform_lets_through() -> None:
    metadata = yaml.safe_load((ROOT / "metadata.yaml").read_text(encoding="utf-8"))["data"]
    addresses = [*EVENTS_URLS.values(), PLATFORM_API_URL, TOKEN_URL]
    assert OPTIONS["pod"]["enum"] == list(EVENTS_URLS)
    assert metadata["allowedHosts"]["hosts"] == [address.split("/")[2] for address in addresses]


def test_the_addresses_that_the_form_shows_are_mparticles() -> None:
    shown = [OPTIONS[name]["examples"][0] for name in ("events_url", "api_url", "token_url")]
    assert shown[0] in EVENTS_URLS.values()
    assert shown[1:] == [PLATFORM_API_URL, TOKEN_URL]


def test_the_form_and_the_page_name_every_object_and_every_operation() -> None:
    operations = {name for definition in OBJECTS.values() for name in definition.operations}
    assert OBJECTS.keys() <= words_of(MAPPING["object"]["description"])
    assert set(MAPPING["object"]["examples"]) <= OBJECTS.keys()
    assert operations <= words_of(MAPPING["operation"]["description"])
    assert set(MAPPING["operation"]["examples"]) == operations


def test_the_rate_that_the_form_starts_with_is_mparticles_default() -> None:
    rate = OPTIONS["max_batches_per_second"]
    assert rate["default"] == limits.BATCHES_PER_SECOND
    assert f"{limits.BATCHES_PER_SECOND} is its default" in rate["description"]


def test_every_list_of_user_identities_has_the_same_ones() -> None:
    assert sorted(USER_IDENTITIES) == sorted(UserIdentities.__struct_fields__) == sorted(get_args(IdentityType))
    assert len(set(USER_IDENTITIES)) == len(USER_IDENTITIES)
    assert set(OTHER_SPELLINGS.values()) <= set(USER_IDENTITIES)


def test_device_identities_are_properties_of_a_device() -> None:
    # mParticle names them all in this way, apart from two.
    like_one = {
        name for name in DeviceInfo.__struct_fields__ if re.search(r"_(advertising|publisher)_id$|idfv|uuid", name)
    }
    assert set(DEVICE_IDENTITIES) == like_one | {"amp_id", "push_token"}


def test_the_page_lists_identities_in_the_order_in_which_they_count() -> None:
    listed = code_in(between("**Order.** Batches of one user", "device identities"))
    start, end = listed.index("other_id_2"), listed.index("other_id_10")
    listed[start : end + 1] = [f"other_id_{number}" for number in range(2, 11)]
    assert listed == ["mpid", *USER_IDENTITIES]


def test_the_page_lists_the_reserved_attributes() -> None:
    assert code_in(between("mParticle's reserved ones are", "|")) == list(RESERVED_ATTRIBUTES)


def test_the_page_states_the_limits() -> None:
    table = between("### Limits", "### Performance")
    page = " ".join(PAGE.split())
    assert {name: text for name, text in IN_THE_TABLE_OF_LIMITS.items() if text not in table} == {}
    assert {name: text for name, text in ELSEWHERE_ON_THE_PAGE.items() if text not in page} == {}


def test_every_limit_is_stated_or_has_a_reason_not_to_be() -> None:
    assert {*IN_THE_TABLE_OF_LIMITS, *ELSEWHERE_ON_THE_PAGE, *NOT_ON_THE_PAGE} == LIMITS


def test_every_limit_is_kept_somewhere() -> None:
    kept = {node.attr for node in nodes_of(ast.Attribute) if ast.unparse(node.value) == "limits"}
    assert LIMITS - kept == set(), "no module uses these limits"


def test_every_size_and_time_of_our_own_is_used() -> None:
    used = {node.attr for node in nodes_of(ast.Attribute) if ast.unparse(node.value) == "tuning"}
    assert {name for name in vars(tuning) if name.isupper()} - used == set(), "no module uses these"


def test_every_reason_is_given_somewhere() -> None:
    rejections = (node for node in nodes_of(ast.Call) if ast.unparse(node.func) == "Rejection")
    given = {ast.unparse(argument) for node in rejections for argument in node.args[:1]}
    assert {f"Reason.{reason.name}" for reason in Reason} - given == set(), "nothing is rejected for these reasons"


def test_the_page_has_a_row_for_every_reason_with_the_limits_that_it_is_about() -> None:
    rows = dict(re.findall(r"\| `(\w+)` \| (.+?) \|", between("with a reason:", "**When Records Are Rejected**")))
    assert list(rows) == [reason.value for reason in _in_the_order_of(list(rows))]
    assert f"more than {limits.ATTRIBUTES} attributes" in rows["too_many_attributes"]
    assert f"more than {limits.LIST_ENTRIES} entries" in rows["too_many_attributes"]
    assert f"more than {limits.REQUEST_EVENTS} events" in rows["too_many_events"]
    assert f"longer than {limits.VALUE_CHARACTERS} characters" in rows["value_too_long"]
    assert f"more than {limits.BATCH_BYTES:,} bytes" in rows["batch_too_large"]


def _in_the_order_of(rows: list[str]) -> list[Reason]:
    return sorted(Reason, key=lambda reason: rows.index(reason.value) if reason.value in rows else len(rows))
