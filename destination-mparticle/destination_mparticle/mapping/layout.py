"""What a mapping takes from all records with the same columns, worked out once for them."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from destination_mparticle import tuning
from destination_mparticle.mapping.template import Template
from destination_mparticle.objects.fields import Field
from destination_mparticle.validation.reasons import Reason, Rejection

_COLUMN_BYTES: Final = 200


class Layout:
    """`columns` in the order of the record, and which fill fields or become attributes under their own names."""

    __slots__ = ("_sources", "_twin", "_unmapped", "columns")

    def __init__(
        self, columns: tuple[str, ...], mapped: Sequence[tuple[Field, Template]], unmapped: Sequence[str]
    ) -> None:
        names = {name.lower(): name for name in columns}
        self.columns = columns
        self._sources = [(field, template.reader(names)) for field, template in mapped]
        self._unmapped = unmapped
        used = {name for _, template in mapped for name in template.columns}
        self._twin = next((name for name in columns if names[name.lower()] != name and name.lower() in used), None)

    @property
    def size(self) -> int:
        """What it costs in memory, roughly, in bytes."""
        return sum(map(len, self.columns)) + len(self.columns) * _COLUMN_BYTES

    def check(self) -> None:
        """Raise a `Rejection` where a column is used that exists twice, in different case.

        Which of the two is meant is not known, and taking the last would make it depend on their order.
        """
        if self._twin is not None:
            raise Rejection(Reason.BAD_VALUE, "", "Two columns have this name in different case.", self._twin)

    def values(self, data: Mapping[str, Any]) -> Iterator[tuple[Field, Any]]:
        """Yield the mapped fields with their values. May raise a `Rejection`."""
        for field, read in self._sources:
            yield field, read(data)

    def unmapped_values(self, data: Mapping[str, Any]) -> list[tuple[str, Any]]:
        """Return what becomes attributes, without nulls."""
        return [(name, data[name]) for name in self._unmapped if data[name] is not None]


class Layouts:
    """The layouts that were met, forgotten when they become too large: columns may have any number of names."""

    def __init__(self) -> None:
        self._layouts: dict[tuple[str, ...], Layout] = {}
        self._size = 0

    def find(self, columns: tuple[str, ...]) -> Layout | None:
        """Return the layout of these columns, if it is known."""
        return self._layouts.get(columns)

    def keep(self, layout: Layout) -> Layout:
        """Remember a layout, and return it."""
        self._size += layout.size
        if self._size > tuning.LAYOUT_BYTES:
            self._layouts.clear()
            self._size = layout.size
        self._layouts[layout.columns] = layout
        return layout
