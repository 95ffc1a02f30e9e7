"""What the source does with one record more, counted in calls of functions: a time would depend on the machine."""

import gc
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from airbyte_cdk.models import ConfiguredAirbyteCatalog, ConfiguredAirbyteCatalogSerializer
from airbyte_cdk.sources.declarative.concurrent_declarative_source import ConcurrentDeclarativeSource
from airbyte_cdk.sources.declarative.yaml_declarative_source import YamlDeclarativeSource
from mparticle_sandbox.testing import configured_catalog
from requests_mock import Mocker

from source_mparticle import SourceMparticle
from unit_tests.fake_mparticle import AUDIENCES, Config, audience

# The CDK's own components, reading the same stream: what `make bench` compares the source with.
BARE_MANIFEST = Path(__file__).resolve().parent.parent / "benchmarks" / "bare_audiences.yaml"
Build = Callable[[ConfiguredAirbyteCatalog, Config], ConcurrentDeclarativeSource]


def ours(catalog: ConfiguredAirbyteCatalog, config: Config) -> ConcurrentDeclarativeSource:
    return SourceMparticle(catalog, config)


def bare(catalog: ConfiguredAirbyteCatalog, config: Config) -> ConcurrentDeclarativeSource:
    return YamlDeclarativeSource(str(BARE_MANIFEST), catalog=catalog, config=config)


@pytest.fixture
def calls_per_record(mparticle: Mocker, config: Config) -> Callable[[Build], float]:
    """The calls of Python functions, the CDK's included, from a response to the records of the audiences in it."""
    catalog = ConfiguredAirbyteCatalogSerializer.load(configured_catalog("audiences", sync_mode="incremental"))

    def calls(build: Build, records: int) -> int:
        mparticle.get(AUDIENCES, json=[audience(id=number) for number in range(1, records + 1)])
        (stream,) = build(catalog, config).streams(config)
        with counted() as counts:
            read = [record for partition in stream.generate_partitions() for record in partition.read()]
        assert len(read) == records
        return counts["call"] + counts["c_call"]

    def per_record(build: Build) -> float:
        # What is worked out once and kept is no work per record.
        calls(build, 1)
        return (calls(build, 120) - calls(build, 20)) / 100

    return per_record


@contextmanager
def counted() -> Iterator[dict[str, int]]:
    """How often each thing happens in this thread that a profiler hears of, the same in every run.

    A wait for another thread, as for that of a request, takes more calls the longer it lasts, and does not count. Nor
    does what is called when such a thread is gone (`_weakrefset`), or by the garbage collection, whenever that may be:
    hypothesis wants to hear of it.
    """
    counts = {"call": 0, "c_call": 0}

    def count(frame: FrameType, event: str, _argument: Any) -> None:
        if frame.f_globals.get("__name__") not in {"threading", "_weakrefset"}:
            counts[event] = counts.get(event, 0) + 1

    before = sys.getprofile()
    gc.disable()
    sys.setprofile(count)
    try:
        yield counts
    finally:
        sys.setprofile(before)
        gc.enable()


def test_a_record_takes_no_more_calls_than_with_the_cdks_own_components(calls_per_record: Any) -> None:
    assert calls_per_record(ours) <= calls_per_record(bare)


def test_what_is_counted_is_the_same_each_time(calls_per_record: Any) -> None:
    assert calls_per_record(ours) == calls_per_record(ours)
    assert calls_per_record(ours) > 0
