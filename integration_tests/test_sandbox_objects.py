"""The long runs compare syncs with one that went well: that one is compared with what the sandbox holds."""

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest
from airbyte_cdk.models import ConfiguredAirbyteCatalogSerializer
from airbyte_cdk.test.entrypoint_wrapper import read
from mparticle_sandbox import SandboxProcess
from mparticle_sandbox.testing import configured_catalog, source_config

from integration_tests.sandbox_objects import Objects, differences, objects_in
from source_mparticle import SourceMparticle

LONG = 1_100
STREAMS = {
    "users": ["email"],
    "data_points": ["application_id", "data_point_key"],
    "audiences": ["id"],
    "workspace_audiences": ["workspace_id", "id"],
}


@pytest.fixture(scope="module")
def long_lists() -> Iterator[SandboxProcess]:
    with SandboxProcess(users=LONG, data_points=LONG, audiences=LONG, apps=1, workspaces=1, profiles=1) as sandbox:
        yield sandbox


@pytest.fixture(scope="module")
def objects(long_lists: SandboxProcess) -> Objects:
    return {stream: rows for stream, rows in objects_in(long_lists).items() if stream in STREAMS}


def test_lists_of_more_than_a_thousand_objects_are_read_whole(long_lists: SandboxProcess, objects: Objects) -> None:
    config = source_config(long_lists)
    catalog = ConfiguredAirbyteCatalogSerializer.load(configured_catalog(*STREAMS))
    output = read(SourceMparticle(catalog=catalog, config=config), config, catalog)
    rows: dict[str, list[dict[str, Any]]] = {stream: [] for stream in STREAMS}
    for message in output.records:
        rows[message.record.stream].append(message.record.data)
    assert {len(each) for each in objects.values()} == {LONG}
    assert differences(objects, rows, STREAMS) == {}


def lose(rows: list[Any]) -> None:
    rows.pop()


def double(rows: list[Any]) -> None:
    rows.append(rows[0])


def exchange(rows: list[Any]) -> None:
    rows[0] = {**rows[0], "email": "nobody@example.com"}


def change(rows: list[Any]) -> None:
    rows[0] = {**rows[0], "last_name": "Nobody"}


def forget_a_field(rows: list[Any]) -> None:
    del rows[0]["last_name"]


@pytest.mark.parametrize("spoil", [lose, double, exchange, change, forget_a_field])
def test_rows_that_are_not_those_of_the_sandbox_are_found(objects: Objects, spoil: Any) -> None:
    rows = deepcopy(objects)
    spoil(rows["users"])
    assert set(differences(objects, rows, STREAMS)) == {"users"}
