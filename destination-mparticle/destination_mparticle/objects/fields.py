"""A field that a record can be mapped to, and how a name in a mapping finds it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from destination_mparticle.conversion.kinds import Convert, Kind, kind_of
from destination_mparticle.mparticle.identities import OTHER_SPELLINGS

Scope = Literal["batch", "data", "commerce", "consent", "object"]
"""Where a value goes: into the batch, its event's `data`, a commerce event's variant, or a consent. With `object`, its
object decides."""


@dataclass(frozen=True)
class Field:
    """One field: its name in mappings, and where and how its value is stored.

    A name that ends in `.*` stands for any name in that place.
    """

    name: str
    scope: Scope
    path: tuple[str, ...]
    convert: Convert
    identity: bool = False
    """Whether it can tell whose, or which account's, record it is."""
    if_constant: str = ""
    """What goes wrong if every record has the same value, as the end of a sentence. Empty where nothing does."""
    if_blank: str = ""
    """Why blank text is no value for it, as a sentence. Empty where it is one."""
    placeholders: tuple[str, ...] = ("name",)
    """What the user chooses where the name is open, one for each step of the path. The last one may contain dots."""
    has_required_siblings: bool = False
    """Whether mParticle takes it only together with others."""

    kind: Kind = field(init=False, repr=False, compare=False)
    """What values it takes."""
    as_they_are: frozenset[type] = field(init=False, repr=False, compare=False)
    """The types whose values `convert` returns as they are. To look here takes less time than to ask it."""
    groups: tuple[str, ...] = field(init=False, repr=False, compare=False)
    """The objects around the value, from the outermost."""
    key: str = field(init=False, repr=False, compare=False)
    """What the value is called in the innermost of them."""

    def __post_init__(self) -> None:
        kind = kind_of(self.convert)
        derived = {
            "kind": kind,
            "as_they_are": kind.as_they_are,
            "groups": self.path[:-1],
            "key": "".join(self.path[-1:]),
        }
        for name, value in derived.items():
            object.__setattr__(self, name, value)

    @property
    def always_fits(self) -> bool:
        """Whether mParticle takes whatever `convert` returns, so that nobody has to look at it again."""
        is_scalar = not {"array", "object"} & {*self.kind.types}
        return is_scalar and self.scope in {"batch", "data"} and not self.has_required_siblings

    @property
    def is_open(self) -> bool:
        """Whether the last part of the name is the user's to choose."""
        return self.name.endswith(".*")

    def chosen(self, rest: str) -> "Field | None":
        """Return this open field with the user's own `rest` of the name, or None where a part of that is empty."""
        steps = tuple(rest.split(".", len(self.placeholders) - 1))
        if len(steps) < len(self.placeholders) or not all(steps):
            return None
        return replace(self, name=f"{self.name[:-1]}{rest}", path=(*self.path, *steps))


def fields_by_name(*sources: Iterable[Field]) -> dict[str, Field]:
    """Return fields by name. Raises `ValueError` where two have the same name."""
    fields: dict[str, Field] = {}
    for source in sources:
        for each in source:
            if each.name in fields:
                raise ValueError(f"There are two fields {each.name}.")
            fields[each.name] = each
    return fields


def find_field(fields: Mapping[str, Field], name: str) -> Field | None:
    """Return the field that a name means, or None. Case matters only where the name is the user's to choose."""
    lowered = name.lower()
    exact = fields.get(OTHER_SPELLINGS.get(lowered, lowered))
    if exact is not None and not exact.is_open:
        return exact
    head, dot, rest = name.partition(".")
    while dot:
        open_field = fields.get(f"{head.lower()}.*")
        if open_field is not None:
            return open_field.chosen(rest)
        step, dot, rest = rest.partition(".")
        head = f"{head}.{step}"
    return None
