"""What is done with all records that have the same columns, worked out once for them."""

from collections.abc import Mapping
from typing import Any, Final, Generic

from destination_mparticle import tuning
from destination_mparticle.conversion.airbyte_columns import is_airbyte_column, without_airbyte_columns
from destination_mparticle.mparticle import limits
from destination_mparticle.objects.definition import Built, DestinationObject, MappedRecord, Recipe
from destination_mparticle.objects.fields import Field
from destination_mparticle.validation.reasons import Reason, Rejection

_COLUMN_BYTES: Final = 200


class Layout(Generic[Built]):
    """Maps records with these `columns`, in this order.

    `ambiguous` is a column that the recipe uses and that exists twice, in different case; empty where none does.
    `is_content` says that the recipe takes nothing but what the source has written.
    """

    def __init__(
        self,
        columns: tuple[str, ...],
        definition: DestinationObject[Built],
        recipe: Recipe,
        *,
        ambiguous: str,
        is_content: bool,
    ) -> None:
        self.columns = columns
        self.is_content = is_content
        """Whether what is known of the content of a record holds for all that is taken from the record."""
        self.always_fits = _always_fits(definition, recipe)
        """Whether the lack of an identity is all for which mParticle could refuse the batch of such a record."""
        self.fitting = _fitting(definition, recipe)
        """Characters up to which a record becomes no attribute whose name or value is too long."""
        self._build = definition.build
        self._recipe = recipe
        self._ambiguous = ambiguous
        self._has_airbyte_columns = any(map(is_airbyte_column, columns))

    @property
    def size(self) -> int:
        """What it costs in memory, roughly, in bytes."""
        return sum(map(len, self.columns)) + len(self.columns) * _COLUMN_BYTES

    def content(self, data: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return what the source has written of a record."""
        return without_airbyte_columns(data) if self._has_airbyte_columns else data

    def map(self, data: Mapping[str, Any]) -> Built:
        """Return what a record becomes. Raises a `Rejection`."""
        if self._ambiguous:
            # Which of the two is meant is not known, and taking the last would make it depend on their order.
            raise Rejection(Reason.BAD_VALUE, "", "Two columns have this name in different case.", self._ambiguous)
        return self._build(MappedRecord(data, self._recipe))


def _always_fits(definition: DestinationObject[Any], recipe: Recipe) -> bool:
    attributes = len(recipe.sources) + len(recipe.unmapped)
    fields = _fields(definition, recipe)
    return (
        not definition.is_ready_made and attributes <= limits.ATTRIBUTES and all(field.always_fits for field in fields)
    )


def _fitting(definition: DestinationObject[Any], recipe: Recipe) -> int:
    fields = _fields(definition, recipe)
    takes = {json_type for field in fields for json_type in field.kind.types}
    names = [*(field.key for field in fields), *recipe.unmapped]
    if definition.is_ready_made or "object" in takes or any(len(name) > limits.NAME_CHARACTERS for name in names):
        return limits.NAME_CHARACTERS
    return limits.LIST_ENTRY_CHARACTERS if "array" in takes else limits.VALUE_CHARACTERS


def _fields(definition: DestinationObject[Any], recipe: Recipe) -> list[Field]:
    open_field = [definition.unmapped_field] if definition.unmapped_field and recipe.unmapped else []
    return [*(field for field, _ in recipe.sources), *open_field]


class Layouts(Generic[Built]):
    """The layouts that were met, forgotten when they become too large: columns may have any number of names."""

    def __init__(self) -> None:
        self._layouts: dict[tuple[str, ...], Layout[Built]] = {}
        self._size = 0

    def find(self, columns: tuple[str, ...]) -> Layout[Built] | None:
        """Return the layout of these columns, if it is known."""
        return self._layouts.get(columns)

    def keep(self, layout: Layout[Built]) -> Layout[Built]:
        """Remember a layout, and return it."""
        self._size += layout.size
        if self._size > tuning.LAYOUT_BYTES:
            self._layouts.clear()
            self._size = layout.size
        self._layouts[layout.columns] = layout
        return layout
