"""Filters the rows of one partition: leaves out those that the saved cursor proves old, and moves the cursor."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from source_mparticle.incremental.timestamps import TimestampField, UnusableTimestamp


class ChangeFilter:
    """Sees the timestamp of every row of a partition, in any order.

    `saved` is the cursor that the last sync left for the partition, None where it left none; `start` is when this sync
    started.
    """

    def __init__(self, field: TimestampField, start: datetime, saved: datetime | None) -> None:
        self._field = field
        self._start = start
        self._saved = saved
        self.cursor = saved
        self.unusable: Counter[UnusableTimestamp] = Counter()

    def emits(self, row: Mapping[str, Any]) -> bool:
        """Whether a row is emitted: always, unless its timestamp lies before the saved cursor."""
        timestamp = self._field.parse(row.get(self._field.name), self._start)
        if isinstance(timestamp, UnusableTimestamp):
            self.unusable[timestamp] += 1
            return True
        self._move_to(timestamp)
        # A date cannot tell the changes of one day apart, so it proves no row old.
        return self._field.by_day or self._saved is None or timestamp >= self._saved

    def _move_to(self, timestamp: datetime) -> None:
        # A timestamp after the start does not move the cursor: changes that are still to come would lie before it.
        if timestamp <= self._start and (self.cursor is None or timestamp > self.cursor):
            self.cursor = timestamp
