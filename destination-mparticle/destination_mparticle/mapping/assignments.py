"""Read the pairs of field and template of one mapping, and find the mistakes that show without a record."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from destination_mparticle.conversion.airbyte_columns import is_airbyte_column
from destination_mparticle.mapping import template
from destination_mparticle.mapping.findings import Finding, did_you_mean, error, listed, nearest, warning
from destination_mparticle.mapping.plan import Assignment
from destination_mparticle.mapping.streams import StreamMapping
from destination_mparticle.mparticle.identities import RESERVED_ATTRIBUTES
from destination_mparticle.objects.consent import Part, consent_state, misspelled
from destination_mparticle.objects.definition import DestinationObject
from destination_mparticle.objects.fields import Field
from destination_mparticle.objects.user_fields import USER_ATTRIBUTE
from destination_mparticle.validation.reasons import Reason, Rejection

_DOUBLE_BRACES: Final = re.compile(r"\{\{\s*([\w$][\w$ .-]*?)\s*\}\}")
_MOST_CHARACTERS: Final = 60


def read_assignments(
    mapping: StreamMapping, definition: DestinationObject[Any], stream: str
) -> tuple[list[Assignment], list[Finding]]:
    """Return the assignments of a mapping, and what is wrong or unusual about them."""
    assignments: list[Assignment] = []
    found: list[Finding] = []
    for name, text in mapping.fields:
        field = definition.find(name)
        if field is None:
            found.append(error(f"Stream {stream}: {_unknown_field(definition, name)}"))
            continue
        try:
            assignment = Assignment(field, template.parse(text))
        except ValueError as reason:
            found.append(error(f"Stream {stream}: in the template of `{name}`, {reason}."))
            continue
        assignments.append(assignment)
        found += _mistakes(stream, assignment, text)
    found += _mapped_twice(stream, assignments)
    found += reserved_attributes(stream, [assignment.field for assignment in assignments])
    return assignments, found


def reserved_attributes(stream: str, mapped: Iterable[Field]) -> Iterator[Finding]:
    """Yield a warning for every user attribute with mParticle's dollar sign that mParticle does not document."""
    for field in mapped:
        name = field.path[-1] if field.path[:-1] == USER_ATTRIBUTE.path else ""
        if name.startswith("$") and name not in RESERVED_ATTRIBUTES:
            meant = nearest(name, RESERVED_ATTRIBUTES)
            yield warning(
                f"Stream {stream}: `{name}` is not one of mParticle's reserved user attributes."
                + (did_you_mean(meant) or f" They are {', '.join(RESERVED_ATTRIBUTES)}.")
            )


def _unknown_field(definition: DestinationObject[Any], name: str) -> str:
    known = definition.fields
    steps = name.split(".")
    # Where the user chooses the last part of a name, only what comes before it can be misspelled.
    depths = {field: field.count(".") for field in known if field.endswith(".*")}
    chosen = [field[:-1] + ".".join(steps[depth:]) for field, depth in depths.items() if len(steps) > depth]
    candidates = [*(field for field in known if field not in depths), *chosen]
    meant = nearest(name, [field for field in candidates if not field.endswith(".")])
    text = f"{definition.name} has no field `{name}`."
    if meant:
        return text + did_you_mean(meant)
    if definition.unmapped_field is None:
        return f"{text} Its fields are {listed(known)}."
    if len(steps) == 1:
        return f"{text} For an attribute of that name, map `{definition.unmapped_field.name[:-1]}{name}`."
    return text


def _mapped_twice(stream: str, assignments: Sequence[Assignment]) -> Iterator[Finding]:
    """Find fields that fill the same place. Some have two names, and case matters to none but attributes."""
    first: dict[tuple[str, ...], str] = {}
    for assignment in assignments:
        field = assignment.field
        other = first.setdefault((field.scope, *field.path), field.name)
        if other != field.name:
            yield error(f"Stream {stream}: `{other}` and `{field.name}` are the same field; map one of them.")
    names = [assignment.field.name for assignment in assignments]
    for name in dict.fromkeys(name for name in names if names.count(name) > 1):
        yield error(f"Stream {stream}: `{name}` is mapped {names.count(name)} times; keep one of them.")


def _mistakes(stream: str, assignment: Assignment, text: str) -> Iterator[Finding]:
    """Find double braces, and constants where a field needs each record's own value or cannot take them."""
    name, constant = assignment.field.name, assignment.template.constant
    double = _DOUBLE_BRACES.fullmatch(text.strip())
    harm = assignment.field.if_constant
    if constant is not None and (double or harm):
        why = ", since double braces stand for literal braces" if double else ""
        yield error(
            f"Stream {stream}: `{name}` is {_quoted(constant)}{why}{f', so {harm}' if harm else ''}. "
            f"To take a column, write its name in single braces: `{{{double[1] if double else constant.strip()}}}`."
        )
        return
    for reference in assignment.template.references:
        if is_airbyte_column(reference.whole):
            yield warning(
                f"Stream {stream}: `{name}` is mapped from `{reference.written}`, which changes each time the row "
                "is read, so mParticle would treat the row as new."
            )
    for found in _DOUBLE_BRACES.finditer(text):
        yield warning(
            f"Stream {stream}: double braces in the value of `{name}` stand for literal braces. To take the column, "
            f"write `{{{found[1]}}}`."
        )
    meant = misspelled(assignment.field.path[1]) if assignment.field.scope == "consent" else None
    if meant:
        wanted = f"consent.{assignment.field.path[0]}.{meant}"
        yield error(f"Stream {stream}: `{name}` would be a purpose of its own.{did_you_mean(wanted)}")
    refusal = None if constant is None else _refusal(assignment.field, constant)
    if constant is not None and refusal:
        yield error(f"Stream {stream}: `{name}` cannot be {_quoted(constant)}. {refusal}")


def _quoted(constant: str) -> str:
    """Quote a constant. It comes from the configuration, not from a record."""
    if not constant.strip():
        return "blank"
    return f"the constant `{constant[:_MOST_CHARACTERS]}{'...' if len(constant) > _MOST_CHARACTERS else ''}`"


def _refusal(field: Field, constant: str) -> str | None:
    """Say why no record could have this constant in this field, as the first record's rejection would."""
    try:
        if field.scope == "consent":
            regulation, purpose = field.path
            consent_state([Part(regulation, purpose, constant)], timestamp=0)
        else:
            field.convert(constant, field.name)
    except Rejection as rejection:
        # A detail of a consent is complete only with the others.
        return None if rejection.reason is Reason.MISSING_FIELD else rejection.message
    return field.if_blank if field.if_blank and not constant.strip() else None
