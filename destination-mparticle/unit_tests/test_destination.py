"""The connector as the CDK runs it: states come back while the input goes on."""

import threading
import time
from collections.abc import Generator, Iterator
from itertools import count
from typing import Any

import pytest
from airbyte_cdk.models import (
    AirbyteMessage,
    AirbyteMessageSerializer,
    ConfiguredAirbyteCatalog,
    ConfiguredAirbyteCatalogSerializer,
    FailureType,
)
from airbyte_cdk.utils.traced_exception import AirbyteTracedException
from requests_mock import Mocker

from destination_mparticle import DestinationMparticle
from destination_mparticle.sync_stream import LineQueue, stream_lines
from unit_tests.mappings import EVENTS_API
from unit_tests.sending_helpers import LIVE

USERS = {"stream": "s", "object": "user", "fields": [{"field": "customer_id", "value": "{id}"}]}
CONFIG = {**EVENTS_API, "streams": [USERS]}


def catalog() -> ConfiguredAirbyteCatalog:
    stream = {"name": "s", "json_schema": {}, "supported_sync_modes": ["full_refresh"]}
    configured = {"stream": stream, "sync_mode": "full_refresh", "destination_sync_mode": "append"}
    return ConfiguredAirbyteCatalogSerializer.load({"streams": [configured]})


def record(**data: Any) -> AirbyteMessage:
    return AirbyteMessageSerializer.load({"type": "RECORD", "record": {"stream": "s", "emitted_at": 1, "data": data}})


def state(cursor: int) -> AirbyteMessage:
    body = {"type": "STREAM", "stream": {"stream_descriptor": {"name": "s"}, "stream_state": {"cursor": cursor}}}
    return AirbyteMessageSerializer.load({"type": "STATE", "state": body})


def cursor_of(message: AirbyteMessage) -> Any:
    return AirbyteMessageSerializer.dump(message)["state"]["stream"]["stream_state"]["cursor"]


def written(messages: Iterator[AirbyteMessage]) -> Generator[AirbyteMessage, None, None]:
    return DestinationMparticle().write(CONFIG, catalog(), messages)


def is_syncing() -> bool:
    return any(thread.name == "sync" for thread in threading.enumerate())


def test_a_state_is_yielded_while_later_input_is_still_coming(requests_mock: Mocker) -> None:
    requests_mock.post(LIVE, status_code=202)
    was_yielded = threading.Event()

    def messages() -> Iterator[AirbyteMessage]:
        yield from (record(id=1), state(1))
        assert was_yielded.wait(10)
        yield from (record(id=2), state(2))

    states = written(messages())

    assert cursor_of(next(states)) == 1
    was_yielded.set()
    assert [cursor_of(message) for message in states] == [2]
    assert not is_syncing()


def test_a_caller_that_stops_iterating_ends_the_sync(requests_mock: Mocker) -> None:
    requests_mock.post(LIVE, status_code=202)

    def endless() -> Iterator[AirbyteMessage]:
        for n in count():
            time.sleep(0.02)
            yield from (record(id=n), state(n))

    states = written(endless())
    assert cursor_of(next(states)) == 0
    states.close()

    assert not is_syncing()


def test_what_ends_a_sync_is_airbytes_error_and_comes_after_the_confirmed_states(requests_mock: Mocker) -> None:
    requests_mock.post(LIVE, status_code=202)
    states = written(iter([record(id=1), state(1), record(name="nobody"), state(2)]))

    assert cursor_of(next(states)) == 1
    with pytest.raises(AirbyteTracedException, match="1 of 2 records were rejected: missing_identity") as error:
        next(states)
    assert error.value.failure_type is FailureType.config_error


def test_a_sync_waits_while_nobody_reads_its_states() -> None:
    written_lines = []

    def work(queue: LineQueue) -> None:
        for n in range(1_000):
            queue.write(b"%d" % n)
            written_lines.append(n)

    lines = stream_lines(work, lambda: None)
    assert next(lines) == b"0"
    assert len(written_lines) < 200
    assert len(list(lines)) == 999
