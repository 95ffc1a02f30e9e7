"""The six streams, each declared once: its name, its key, its columns, and how a line becomes its rows."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from source_mparticle_exports.records import audiences, batches, changes, events, products
from source_mparticle_exports.records.columns import Column, Row, json_schema
from source_mparticle_exports.records.file_name import FileKind
from source_mparticle_exports.records.line import Batch, MembershipChange


@dataclass(frozen=True)
class ExportStream:
    """One stream."""

    name: str
    primary_key: str
    columns: tuple[Column, ...]
    form: type[Batch] | type[MembershipChange]
    """What it makes rows of."""
    make_rows: Callable[[Any], Iterator[Row]]

    def rows(self, line: Batch | MembershipChange) -> Iterator[Row]:
        """Return the rows of a line: none for a line of another form."""
        return self.make_rows(line) if isinstance(line, self.form) else iter(())

    def reads(self, kind: FileKind) -> bool:
        """Tell whether a file may hold lines for it."""
        own = FileKind.EVENTS if self.form is Batch else FileKind.AUDIENCE
        return kind in {own, FileKind.UNKNOWN}

    @property
    def json_schema(self) -> dict[str, Any]:
        """The JSON schema of its rows."""
        return json_schema(self.columns)


STREAMS: Final = {
    stream.name: stream
    for stream in (
        ExportStream("events", "event_key", events.COLUMNS, Batch, events.rows),
        ExportStream("event_batches", "batch_key", batches.COLUMNS, Batch, batches.rows),
        ExportStream("commerce_event_products", "product_key", products.COLUMNS, Batch, products.rows),
        ExportStream(
            "user_identity_changes", "event_key", changes.IDENTITY_CHANGE_COLUMNS, Batch, changes.identity_rows
        ),
        ExportStream(
            "user_attribute_changes", "event_key", changes.ATTRIBUTE_CHANGE_COLUMNS, Batch, changes.attribute_rows
        ),
        ExportStream(
            "audience_membership_changes", "membership_change_key", audiences.COLUMNS, MembershipChange, audiences.rows
        ),
    )
}
"""By name."""
