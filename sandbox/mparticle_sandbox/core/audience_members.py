"""The members of the audiences, who are seeded profiles."""

from collections.abc import Iterable

from mparticle_sandbox.core.catalog import FIRST_ACCOUNT_ID, Catalog
from mparticle_sandbox.core.collection import Entity
from mparticle_sandbox.core.exports.audience_changes import AudienceChange


def entrances(catalog: Catalog) -> Iterable[tuple[Entity, list[AudienceChange]]]:
    """Return every audience that has members, with one entrance for each of them."""
    entered: dict[int, list[AudienceChange]] = {}
    for workspace in catalog["workspaces"].list(("account", FIRST_ACCOUNT_ID)):
        for profile in catalog["profiles"].list(("workspace", int(workspace["id"]))):
            known = {each["type"]: each["value"] for each in profile["user_identities"]}
            change = AudienceChange(is_add=True, identities={**known, "mpid": str(profile["mpid"])})
            for membership in profile["audience_memberships"]:
                entered.setdefault(membership["audience_id"], []).append(change)
    for audience in catalog["audiences"].list(("account", FIRST_ACCOUNT_ID)):
        if audience["id"] in entered:
            yield audience, entered[audience["id"]]
