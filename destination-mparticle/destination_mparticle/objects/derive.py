"""Make fields of the properties of mParticle's models, so that the two cannot disagree.

A property whose type is a model becomes a field for each property of that model, by dotted name. Whatever is left out
is listed with a reason. A type that no converter is known for is an error when the module is imported.
"""

import types
import typing
from collections.abc import Iterator, Mapping
from typing import Any, Final, Literal

import msgspec
from msgspec import Struct

from destination_mparticle.conversion import converters
from destination_mparticle.conversion.kinds import Convert
from destination_mparticle.mparticle.model import common
from destination_mparticle.objects.fields import Field, Scope

to_texts: Final = converters.mapping_of(converters.as_text)
"""An object whose values become text."""

_BY_TYPE: Final[tuple[tuple[Any, Convert], ...]] = (
    (common.Int64, converters.to_integer),
    (common.Number, converters.to_number),
    (common.Boolean, converters.to_boolean),
    (common.Scalar, converters.to_attribute),
    (common.Texts, converters.mapping_of(converters.to_attribute)),
    (common.Uuid, converters.to_uuid),
    (common.OptionalText, converters.to_text),
    (str, converters.to_text),
    (bool | str | None, converters.to_boolean_or_text),
    (dict[str, str] | None, to_texts),
    (
        dict[str, dict[str, common.Scalar]] | None,
        converters.mapping_of(converters.mapping_of(converters.to_attribute)),
    ),
)
_MILLISECONDS: Final = ("_unixtime_ms", "_time_ms")
_ACTION_ALIASES: Final = {"remove_from_wishlist": "remove_from_wish_list"}
"""mParticle spells the action one way when it is sent and the other when it is read."""


def derived(
    model: type[Struct],
    scope: Scope,
    prefix: str = "",
    path: tuple[str, ...] = (),
    *,
    without: Mapping[str, str] | None = None,
) -> Iterator[Field]:
    """Yield a field for every property of a model.

    `without` gives the properties of the model that are left out, each with the reason. Raises `TypeError` for a
    property that cannot be mapped and is not left out, and for one that is left out and does not exist.
    """
    left_out = without or {}
    properties = msgspec.structs.fields(model)
    # What is required of a batch or an event itself, its object sees to.
    is_partial = bool(path) and any(prop.required for prop in properties)
    unknown = left_out.keys() - {prop.name for prop in properties}
    if unknown:
        raise TypeError(f"{model.__name__} has no {', '.join(sorted(unknown))} to leave out.")
    for prop in properties:
        if prop.name in left_out:
            continue
        name, place, inner = f"{prefix}{prop.name}", (*path, prop.name), _model_of(prop.type)
        if inner is None:
            convert = converter_of(prop.name, prop.type)
            yield Field(name, scope, place, convert, has_required_siblings=is_partial)
        else:
            yield from derived(inner, scope, f"{name}.", place)


def _model_of(type_: Any) -> type[Struct] | None:
    """Return the model that a type is, or None. A list or a mapping of models is not one: it has no dotted names."""
    parts = typing.get_args(type_) if isinstance(type_, types.UnionType) else (type_,)
    return next((part for part in parts if isinstance(part, type) and issubclass(part, Struct)), None)


def converter_of(name: str, type_: Any) -> Convert:
    """Return the converter for a property. Raises `TypeError` where its type has none."""
    if name.endswith(_MILLISECONDS):
        return converters.to_timestamp
    words = words_of(type_)
    if words:
        return choice_of(words)
    found = next((convert for known, convert in _BY_TYPE if type_ == known), None)
    if found is None:
        raise TypeError(f"No value of a record can be turned into {name}: {type_}.")
    return found


def words_of(type_: Any) -> frozenset[str]:
    """Return the words of a literal type, or of a union with one in it."""
    if typing.get_origin(type_) is Literal:
        return frozenset(typing.get_args(type_))
    return next((words for part in typing.get_args(type_) if (words := words_of(part))), frozenset())


def choice_of(words: frozenset[str]) -> Convert:
    """Return a converter for one of these words, however mParticle spells it elsewhere."""
    return converters.choice(words, {alias: word for alias, word in _ACTION_ALIASES.items() if word in words})
