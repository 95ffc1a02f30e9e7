"""The `account` object: what a record does to an account of the organization.

mParticle documents the name as the only part of an account that can be written.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from destination_mparticle.mapping.fields import FIELDS, Field
from destination_mparticle.mapping.plan import Assignment, locate
from destination_mparticle.mapping.template import column, row_of
from destination_mparticle.objects.operations import ACCOUNT_OBJECT, APPEND, SOFT_DELETE, UPDATE
from destination_mparticle.validation.blanks import is_blank
from destination_mparticle.validation.reasons import Reason, Rejection
from destination_mparticle.validation.unfit import refuse_unfit

_NEEDED: Final = {APPEND: ("name",), UPDATE: ("id", "name"), SOFT_DELETE: ("id",)}


@dataclass(frozen=True)
class AccountOperation:
    """Create (`append`), rename (`update`) or delete (`soft_delete`) an account. What a kind does not use is empty."""

    kind: str
    account_id: str = ""
    name: str = ""


@dataclass(frozen=True)
class AccountPlan:
    """How the records of one stream become changes to accounts."""

    operation: str
    assignments: tuple[Assignment, ...]

    def map(self, data: Mapping[str, Any]) -> AccountOperation:
        """Return what a record asks for. Raises a `Rejection`."""
        row = row_of(data, self._named_columns.__contains__)
        found: dict[str, str] = {}
        for assignment in self.assignments:
            value = assignment.template.resolve(row)
            if value is not None:
                found[assignment.field.name] = assignment.field.convert(value, assignment.field.name)
        refuse_unfit(found, found.keys())
        needed = _NEEDED[self.operation]
        for name in needed:
            if is_blank(found.get(name, "")):
                raise Rejection(Reason.MISSING_FIELD, name, f"An account cannot be written without its {name}.")
        return AccountOperation(
            self.operation,
            account_id=found["id"] if "id" in needed else "",
            name=found["name"] if "name" in needed else "",
        )

    @cached_property
    def _named_columns(self) -> frozenset[str]:
        return frozenset().union(*(assignment.template.columns for assignment in self.assignments))

    def locate(self, rejection: Rejection) -> None:
        """Say in a rejection of one of the stream's records which columns it is about."""
        locate(rejection, self.assignments)


def account_fields(operation: str) -> list[Field]:
    """Return the fields that an operation takes, all of which it needs."""
    return [FIELDS[ACCOUNT_OBJECT][name] for name in _NEEDED[operation]]


def by_column(operation: str) -> AccountPlan:
    """Return the plan of a stream whose columns are named after the fields that they fill."""
    fields = account_fields(operation)
    return AccountPlan(operation, tuple(Assignment(field, column(field.name)) for field in fields))


def missing_account_fields(stream: str, operation: str, mapped: Collection[str]) -> list[str]:
    """Say which fields a stream of accounts cannot be written without, since no value goes to them."""
    return [
        f"Stream {stream}: map `{field.name}`, which account needs for {operation}."
        for field in account_fields(operation)
        if field.name not in mapped
    ]
