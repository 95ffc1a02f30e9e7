"""Helper of the tests: incremental reads, and what they leave for the next one."""

from typing import Any

from airbyte_cdk.models import SyncMode
from airbyte_cdk.test.state_builder import StateBuilder

from unit_tests.fake_mparticle import (
    API,
    Config,
    read_streams,
    rows,
)

MADE_WITH = {"account_id": "1201", "api_url": API}


def incremental(config: Config, stream: str, state: Any = None, fails: bool = False) -> Any:
    return read_streams(config, stream, sync_mode=SyncMode.incremental, state=state, fails=fails)


def saved(output: Any) -> Any:
    """The states a platform would keep after this read."""
    return [output.state_messages[-1].state]


def state_of(stream: str, **state: Any) -> Any:
    return StateBuilder().with_stream_state(stream, state).build()


def ids(output: Any, stream: str) -> Any:
    return sorted(row["id"] for row in rows(output, stream))


def infos(output: Any) -> Any:
    return [message.log.message for message in output.logs if message.log.level.value == "INFO"]


def statuses(output: Any, stream: str) -> Any:
    return [status.value for status in output.get_stream_statuses(stream)]
