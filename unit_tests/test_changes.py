"""Whatever changes and whenever it is synced, every change is emitted by the sync after it."""

import json
from collections.abc import Iterable
from datetime import datetime, timedelta, timezone
from typing import Any

from airbyte_cdk.sources.message import InMemoryMessageRepository
from airbyte_cdk.sources.streams.concurrent.partitions.partition import Partition
from airbyte_cdk.sources.types import Record, StreamSlice
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from source_mparticle.incremental.cursor import ChangesCursor
from source_mparticle.incremental.state import saved_in
from source_mparticle.incremental.timestamps import TimestampField

UTC = timezone.utc
CHANGED = TimestampField("last_modified_on")
WORKSPACES, ROWS = (1, 2), (1, 2)


class Rows(Partition):
    """The rows of a workspace, as mParticle lists them now; one that breaks does so after its first row."""

    def __init__(self, workspace: int, rows: list[dict[str, Any]], breaks: bool) -> None:
        self._workspace = workspace
        self._rows = rows
        self._breaks = breaks

    def read(self) -> Iterable[Record]:
        for row in self._rows:
            yield Record(row, "things")
            if self._breaks:
                raise ConnectionError

    def to_slice(self) -> StreamSlice:
        return StreamSlice(partition={"workspace_id": self._workspace, "parent_slice": {}}, cursor_slice={})

    def stream_name(self) -> str:
        return "things"

    def __hash__(self) -> int:
        return self._workspace


class World:
    """mParticle, a destination that replaces rows by their key, and the state that a platform keeps between syncs."""

    def __init__(self) -> None:
        self.now = datetime(2026, 1, 1, tzinfo=UTC)
        self.rows: dict[tuple[int, int], dict[str, Any]] = {}
        self.destination: dict[tuple[int, int], dict[str, Any]] = {}
        self.state: dict[str, Any] = {}
        self.versions = 0

    def change(self, workspace: int, row: int, form: str) -> None:
        self.versions += 1
        time = form.format(now=self.now, paris=self.now + timedelta(hours=1), soon=self.now + timedelta(hours=5))
        fields = {"last_modified_on": None if time == "null" else time}
        self.rows[workspace, row] = {"row": row, "version": self.versions} | (fields if time else {})

    def sync(self, broken: set[int], only: int | None) -> None:
        """Sync the rows with the number `only`, or all; the partitions of broken workspaces end early."""
        made_with = {"only": only} if only else {}
        messages = InMemoryMessageRepository()
        saved = saved_in(json.loads(json.dumps(self.state)), CHANGED, made_with, self.now)
        cursor = ChangesCursor("things", CHANGED, saved.cursors, made_with, self.now, messages)
        for workspace in sorted({workspace for workspace, _ in self.rows}):
            listed = [row for (where, _), row in self.rows.items() if where == workspace and only in {None, row["row"]}]
            partition = cursor.filtered(Rows(workspace, listed, workspace in broken))
            try:
                for record in partition.read():
                    self.destination[workspace, record["row"]] = dict(record.data)
                cursor.close_partition(partition)
            except ConnectionError:
                continue
            for row in listed:
                assert self.destination.get((workspace, row["row"])) == row
        cursor.ensure_at_least_one_state_emitted()
        *_, last = messages.consume_queue()
        assert last.state
        assert last.state.stream
        self.state = vars(last.state.stream.stream_state)


FORMS = [
    "{now:%Y-%m-%dT%H:%M:%S.%f}",
    "{now:%Y-%m-%dT%H:%M:%S.%f}9Z",
    "{now:%Y-%m-%d %H:%M:%S.%f}",
    "{paris:%Y-%m-%dT%H:%M:%S.%f}+01:00",
    "{soon:%Y-%m-%dT%H:%M:%S}",
    "2999-01-01T00:00:00",
    "0001-01-01T00:00:00",
    "1970-01-01T00:00:00",
    "yesterday",
    "null",
    "",
]
# Most days are ordinary: rows change, time passes, everything is synced.
SOME_CHANGES = st.lists(
    st.tuples(st.sampled_from(WORKSPACES), st.sampled_from(ROWS), st.sampled_from(FORMS)), min_size=1, max_size=3
)
PAUSES = st.sampled_from([1, 0.001, 3600, 20_000, 90_000])
BROKEN = st.sampled_from([set(), set(), {1}, {2}])
FILTERS = st.sampled_from([None, None, None, 1])


@settings(deadline=None, max_examples=400, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(SOME_CHANGES, PAUSES, BROKEN, FILTERS), max_size=8))
@example([([(1, 2, FORMS[0]), (1, 1, FORMS[0])], 1, set(), 1)])
@example([([(1, 1, FORMS[4])], 3600, set(), None), ([(1, 2, FORMS[0])], 20_000, set(), None)])
def test_every_change_is_emitted_by_the_sync_after_it(days: Any) -> None:
    world = World()
    for changes, pause, broken, only in [*days, ([], 1, set(), None)]:
        for change in changes:
            world.change(*change)
            world.now += timedelta(milliseconds=1)
        world.sync(broken, only)
        world.now += timedelta(seconds=pause)
    assert world.destination == world.rows
