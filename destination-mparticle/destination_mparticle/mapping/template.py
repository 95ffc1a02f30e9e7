"""Templates: where the value of a field comes from.

`{column}` or `{path.to.column}` alone takes the record's value with its type kept; with text around it, it becomes
text; without braces it is a constant. `{{` and `}}` stand for the braces themselves. Column names match whatever their
case.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from operator import itemgetter
from typing import Any

from destination_mparticle.conversion.converters import as_text
from destination_mparticle.objects.definition import Read
from destination_mparticle.validation.reasons import Reason, Rejection

ColumnNames = Mapping[str, str]
"""The names of a record's columns, by the same in lower case."""


@dataclass(frozen=True)
class Reference:
    """A column, or a path into one.

    `written` is the name as it was written, `whole` the same in lower case, for columns whose name has a dot in it.
    """

    written: str
    whole: str
    path: tuple[str, ...]

    def is_in(self, data: Mapping[str, Any], names: ColumnNames) -> bool:
        """Whether a record has the column. A step into one is only there where it leads to a value."""
        return self.whole in names or self.reader(names)(data) is not None

    def reader(self, names: ColumnNames) -> Read:
        """Return what takes its value from records with these columns."""
        if self.whole in names:
            return itemgetter(names[self.whole])
        if self.path[0] in names:
            return partial(_walk, names[self.path[0]], self.path[1:])
        return _nothing


def _nothing(_data: Mapping[str, Any]) -> None:
    return None


def _walk(column: str, steps: Sequence[str], data: Mapping[str, Any]) -> Any:
    value = data[column]
    for step in steps:
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
    def constant_characters(self) -> int:
        """How many characters it has of its own."""
        return sum(len(part) for part in self.parts if isinstance(part, str))

    @property
    def columns(self) -> frozenset[str]:
        """The columns it reads, in lower case."""
        return frozenset(name for reference in self.references for name in (reference.whole, reference.path[0]))

    @property
    def named(self) -> str:
        """The columns it reads as they were written, for people."""
        return ", ".join(dict.fromkeys(reference.written for reference in self.references))

    def reader(self, names: ColumnNames) -> Read:
        """Return what takes its value from records with these columns.

        Text with several parts is None where a column that it needs is null or absent.
        """
        readers = [partial(_constant, part) if isinstance(part, str) else part.reader(names) for part in self.parts]
        return readers[0] if len(readers) == 1 else partial(_joined, readers)


def _constant(text: str, _data: Mapping[str, Any]) -> str:
    return text


def _joined(readers: Sequence[Read], data: Mapping[str, Any]) -> str | None:
    texts = []
    for read in readers:
        value = read(data)
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
