"""Columns that a mapping names and that its stream may not have: asked of the catalog first, then of the records.

A template with a misspelled column takes nothing, and nothing is what a null gives; so only the names can tell.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from destination_mparticle.conversion.airbyte_columns import is_airbyte_column
from destination_mparticle.mapping.findings import Finding, did_you_mean, error, listed, nearest, warning
from destination_mparticle.mapping.plan import Assignment
from destination_mparticle.mapping.streams import CatalogStream, StreamKey
from destination_mparticle.mapping.template import Reference


def column_findings(stream: CatalogStream, assignments: Sequence[Assignment]) -> Iterator[Finding]:
    """Find columns that the catalog does not list, and constants that are the name of one that it does.

    A schema that lists nothing says nothing, and one that says there may be others is only worth a warning.
    """
    if not stream.columns:
        return
    found = warning if stream.is_open else error
    for assignment in assignments:
        name, constant = assignment.field.name, assignment.template.constant
        for reference in assignment.template.references:
            if not _is_listed(reference, stream.columns):
                yield found(
                    f"Stream {stream.key}: `{name}` is mapped from the column `{reference.written}`, which the "
                    f"stream's schema does not list.{_offer(reference, stream.columns)}"
                )
        if constant is not None and constant.strip().lower() in stream.columns:
            yield warning(
                f"Stream {stream.key}: `{name}` is the constant `{constant}`, and there is a column of that name. "
                f"To take the column, write `{{{constant.strip()}}}`."
            )


def _is_listed(reference: Reference, columns: Mapping[str, str]) -> bool:
    return reference.whole in columns or reference.path[0] in columns or is_airbyte_column(reference.path[0])


def _offer(reference: Reference, columns: Mapping[str, str]) -> str:
    whole = nearest(reference.whole, columns.values())
    head, dot, rest = reference.written.partition(".")
    first = nearest(head, columns.values()) if dot else None
    if whole or first:
        return did_you_mean(whole or f"{first}.{rest}")
    return f" Its columns are {listed(columns.values())}."


class ColumnWatch:
    """Finds out which columns no record of a stream had. Costs next to nothing once each of them was seen."""

    def __init__(self, assignments: Mapping[StreamKey, Sequence[Assignment]]) -> None:
        self._records = dict.fromkeys(assignments, 0)
        self._unseen: dict[StreamKey, dict[Reference, str]] = {}
        for stream, mapped in assignments.items():
            # The first field stands for others that name the same column.
            named = [(reference, each.field.name) for each in mapped for reference in each.template.references]
            self._unseen[stream] = dict(reversed(named))

    def see(self, stream: StreamKey, data: Mapping[str, Any]) -> bool:
        """Look at one record. Return whether it is the first to have one of the columns."""
        self._records[stream] += 1
        unseen = self._unseen[stream]
        if not unseen:
            return False
        names = {name.lower(): name for name in data}
        found = [reference for reference in unseen if reference.is_in(data, names)]
        for reference in found:
            del unseen[reference]
        return bool(found)

    def count(self, stream: StreamKey) -> None:
        """Count a record that another watch has looked at, and that was not the first to have a column."""
        self._records[stream] += 1

    def findings(self) -> Iterator[Finding]:
        """Yield a warning for every column that is still to be seen."""
        for stream, unseen in self._unseen.items():
            for reference, field in reversed(unseen.items()) if self._records[stream] else ():
                yield warning(
                    f"0 of {self._records[stream]:,} records of stream {stream} had the column `{reference.written}`, "
                    f"which `{field}` is mapped from."
                )
