"""The records that a profile becomes."""

from collections.abc import Mapping
from typing import Any

from source_mparticle.api.record_fields import as_integer, replace_at
from source_mparticle.profiles import errors

Record = dict[str, Any]
MEMBERSHIPS = "audience_memberships"


def with_integer_ids(profile: Mapping[str, Any]) -> Record:
    """The profile with the ids of its user and audiences as numbers, in case they came as text."""
    typed = dict(profile)
    for path in (["mpid"], [MEMBERSHIPS, "*", "audience_id"]):
        replace_at(typed, path, as_integer)
    return typed


def profile_record(profile: Mapping[str, Any], workspace_id: int) -> Record:
    """The profile without its memberships, which are a stream of their own."""
    kept = {name: value for name, value in profile.items() if name != MEMBERSHIPS}
    return {**kept, "workspace_id": workspace_id}


def memberships_of(profile: Mapping[str, Any]) -> list[Any] | None:
    """The list of memberships; None where the profile has none. Raises `UnexpectedResponse` for anything else."""
    memberships = profile.get(MEMBERSHIPS)
    if memberships is not None and not isinstance(memberships, list):
        raise errors.membership_without_audience()
    return memberships


def membership_records(profile: Mapping[str, Any], workspace_id: int) -> list[Record]:
    """One record for each audience that the user is a member of. Raises `UnexpectedResponse` for one without its id."""
    user = {"workspace_id": workspace_id, "mpid": profile["mpid"]}
    memberships = memberships_of(profile) or []
    if not all(isinstance(each, dict) and _is_id(each.get("audience_id")) for each in memberships):
        raise errors.membership_without_audience()
    # Once each: a user is in an audience or not.
    return [each | user for each in {each["audience_id"]: each for each in memberships}.values()]


def _is_id(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
