"""The records that a profile becomes."""

from collections.abc import Mapping
from typing import Any

Record = dict[str, Any]
MEMBERSHIPS = "audience_memberships"


def profile_record(profile: Mapping[str, Any], workspace_id: int) -> Record:
    """The profile without its memberships, which are a stream of their own."""
    kept = {name: value for name, value in profile.items() if name != MEMBERSHIPS}
    return {"workspace_id": workspace_id, **kept}


def membership_records(profile: Mapping[str, Any], workspace_id: int) -> list[Record]:
    """One record for each audience that the user is a member of."""
    user = {"workspace_id": workspace_id, "mpid": profile.get("mpid")}
    return [user | membership for membership in profile.get(MEMBERSHIPS) or ()]
