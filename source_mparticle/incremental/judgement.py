"""Judges the rows of one partition: which of them the saved cursor proves old, and where the cursor moves."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from source_mparticle.incremental.moments import Doubt, TimeField


class Judgement:
    """Sees the time of every row of a partition, in any order.

    `saved` is the cursor that the last sync left for the partition, None where it left none; `start` is when this sync
    started.
    """

    def __init__(self, field: TimeField, start: datetime, saved: datetime | None) -> None:
        self._field = field
        self._start = start
        self._saved = saved
        self.cursor = saved
        self.doubts: Counter[Doubt] = Counter()

    def emits(self, row: Mapping[str, Any]) -> bool:
        """Whether a row is emitted: always, unless its time lies before the saved cursor."""
        moment = self._field.moment(row.get(self._field.name), self._start)
        if isinstance(moment, Doubt):
            self.doubts[moment] += 1
            return True
        self._move_to(moment)
        # A date cannot tell the changes of one day apart, so it proves no row old.
        return self._field.by_day or self._saved is None or moment >= self._saved

    def _move_to(self, moment: datetime) -> None:
        # A time after the start does not move the cursor: changes that are still to come would lie before it.
        if moment <= self._start and (self.cursor is None or moment > self.cursor):
            self.cursor = moment
