"""Templates: where the value of a field comes from.

`{column}` or `{path.to.column}` alone takes the record's value with its type kept; with text around it, it becomes
text; without braces it is a constant. `{{` and `}}` stand for the braces themselves. Column names match whatever their
case.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from destination_mparticle.conversion.converters import as_text
from destination_mparticle.validation.reasons import Reason, Rejection

RecordColumns = Mapping[str, Any]
"""A record's values by column, the column names in lower case."""


def record_columns(data: Mapping[str, Any], is_used: Callable[[str], bool]) -> RecordColumns:
    """Return a record by column. Raises a `Rejection` where a column is used that exists twice, in different case.

    Which of the two is meant is not known, and taking the last would make it depend on their order.
    """
    columns = {name.lower(): value for name, value in data.items()}
    if len(columns) < len(data):
        counts = Counter(name.lower() for name in data)
        for name in data:
            if counts[name.lower()] > 1 and is_used(name.lower()):
                raise Rejection(Reason.BAD_VALUE, "", "Two columns have this name in different case.", name)
    return columns


@dataclass(frozen=True)
class Reference:
    """A column, or a path into one.

    `written` is the name as it was written, `whole` the same in lower case, for columns whose name has a dot in it.
    """

    written: str
    whole: str
    path: tuple[str, ...]

    def is_in(self, columns: RecordColumns) -> bool:
        """Whether a record has the column. A step into one is only there where it leads to a value."""
        return self.whole in columns or self.resolve(columns) is not None

    def resolve(self, columns: RecordColumns) -> Any:
        """Return its value in one record, or None."""
        if self.whole in columns:
            return columns[self.whole]
        value: Any = columns.get(self.path[0])
        for step in self.path[1:]:
            value = _descend(value, step)
        return value


def _descend(value: Any, step: str) -> Any:
    if isinstance(value, Mapping):
        found = [inner for name, inner in value.items() if name.lower() == step]
        if len(found) > 1:
            raise Rejection(Reason.BAD_VALUE, "", "Two nested names differ only in their case.")
        return found[0] if found else None
    if isinstance(value, list) and step.isdigit() and int(step) < len(value):
        return value[int(step)]
    return None


@dataclass(frozen=True)
class Template:
    """A parsed template: constants and references in the order they were written."""

    parts: tuple[str | Reference, ...]

    @property
    def references(self) -> tuple[Reference, ...]:
        """What it takes from a record."""
        return tuple(part for part in self.parts if isinstance(part, Reference))

    @property
    def constant(self) -> str | None:
        """The text that it is, or None where it takes anything from a record."""
        return None if self.references else "".join(part for part in self.parts if isinstance(part, str))

    @property
    def columns(self) -> frozenset[str]:
        """The columns it reads, in lower case."""
        return frozenset(name for reference in self.references for name in (reference.whole, reference.path[0]))

    @property
    def named(self) -> str:
        """The columns it reads as they were written, for people."""
        return ", ".join(dict.fromkeys(reference.written for reference in self.references))

    def resolve(self, columns: RecordColumns) -> Any:
        """Return the value for one record, or None where a column that it needs is null or absent."""
        if len(self.parts) == 1:
            only = self.parts[0]
            return only if isinstance(only, str) else only.resolve(columns)
        texts = []
        for part in self.parts:
            value = part if isinstance(part, str) else part.resolve(columns)
            if value is None:
                return None
            texts.append(as_text(value))
        return "".join(texts)


def parse(text: str) -> Template:
    """Parse a template. Raises `ValueError` with a plain sentence when braces do not match or are empty."""
    parts: list[str | Reference] = []
    constant = ""
    position = 0
    while position < len(text):
        pair, character = text[position : position + 2], text[position]
        if pair in {"{{", "}}"}:
            constant += character
            position += 2
        elif character == "{":
            end = text.find("}", position)
            if end < 0:
                raise ValueError("a brace is opened and not closed")
            if constant:
                parts.append(constant)
                constant = ""
            parts.append(_reference(text[position + 1 : end]))
            position = end + 1
        elif character == "}":
            raise ValueError("a brace is closed and was not opened")
        else:
            constant += character
            position += 1
    if constant or not parts:
        parts.append(constant)
    return Template(tuple(parts))


def column(name: str) -> Template:
    """Return the template that takes one column as it is, whatever its name contains."""
    lowered = name.lower()
    return Template((Reference(name, lowered, (lowered,)),))


def _reference(name: str) -> Reference:
    written = name.strip()
    path = tuple(written.lower().split("."))
    if not all(path):
        raise ValueError("a column name between braces is empty")
    return Reference(written, written.lower(), path)
