"""Finding the profile of a person in a workspace."""

from mparticle_sandbox.core.catalog import Catalog
from mparticle_sandbox.core.collection import Entity, Scope

# All seeded profiles are in this environment.
SEEDED_ENVIRONMENT = "production"


def workspace_scope(workspace_id: int) -> Scope:
    """Return the scope of what a workspace owns."""
    return ("workspace", workspace_id)


def profile_with(catalog: Catalog, workspace_id: int, environment: str, identities: dict[str, str]) -> Entity | None:
    """Return the profile that has all these identities, or None."""
    if environment != SEEDED_ENVIRONMENT:
        return None
    profiles = catalog["profiles"].list(workspace_scope(workspace_id))
    return next((profile for profile in profiles if identities.items() <= _identities(profile).items()), None)


def _identities(profile: Entity) -> dict[str, str]:
    known = (*profile["user_identities"], *profile["device_identities"])
    return {identity["type"]: identity["value"] for identity in known}
