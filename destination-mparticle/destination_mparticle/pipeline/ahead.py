"""Records that are prepared before their turn, by whoever does not know what came before them.

Nearly all that is done with a record depends on the record alone. What does not is whether an equal one came before:
only the reader of all records knows that, and it prepares such a record itself.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from destination_mparticle.mapping.plan import Plan
from destination_mparticle.mapping.streams import StreamKey
from destination_mparticle.pipeline.batch import PreparedRecord
from destination_mparticle.pipeline.ids import FirstIds
from destination_mparticle.pipeline.prepare import Defaults, Prepared, Preparer
from destination_mparticle.pipeline.record import TrackedRecord
from destination_mparticle.pipeline.routing import Route
from destination_mparticle.validation.reasons import Rejection


class PreparedAhead(msgspec.Struct, array_like=True, gc=False):
    """What a record becomes if no equal one came before. `key` tells which are equal. For the rest, see `Prepared`."""

    key: bytes
    content_bytes: int
    user: str
    route: Route
    envelope: bytes
    event: bytes | None
    truncated: Sequence[str]

    def prepared(self, record: TrackedRecord) -> Prepared[PreparedRecord]:
        """Return the same as a `Preparer` does of the record."""
        record.content_bytes = self.content_bytes
        ready = PreparedRecord(self.user, self.route, self.envelope, self.event, record)
        return Prepared(ready, self.truncated)


class AheadPreparer:
    """Prepares records of one stream, each as if it were the first."""

    def __init__(self, stream: StreamKey, plan: Plan[dict[str, Any]], defaults: Defaults) -> None:
        self._ids = FirstIds(stream.identity)
        self._preparer = Preparer(stream, plan, defaults, self._ids)

    def prepare(self, data: Mapping[str, Any]) -> PreparedAhead | None:
        """Return what becomes of a record, or None for one whose reader has to see it."""
        record = TrackedRecord(b"", 0, 0)
        try:
            prepared = self._preparer.prepare(data, record)
        except Rejection:
            return None
        ready = prepared.ready
        if not isinstance(ready, PreparedRecord):
            return None
        return PreparedAhead(
            self._ids.key,
            record.content_bytes,
            ready.user,
            ready.route,
            ready.envelope,
            ready.event,
            prepared.truncated,
        )
