"""Everything the sandbox's organisation owns: one collection per resource."""

from dataclasses import dataclass

from mparticle_sandbox.core.collection import Collection

FIRST_ACCOUNT_ID = 1201
FIRST_WORKSPACE_ID = 5318
ORGANIZATION_ID = 77
# The scope of what the one organization owns, whatever id it is given.
ORGANIZATION = ("organization", 1)


@dataclass(frozen=True)
class Size:
    """How much data to seed.

    `calculated_attributes`, `data_plans` and `partner_feeds` count per workspace, `data_points` per app, `profiles` are
    all in the first workspace.
    """

    accounts: int = 3
    workspaces: int = 3
    audiences: int = 25
    calculated_attributes: int = 8
    data_plans: int = 2
    profiles: int = 40
    apps: int = 3
    services: int = 12
    partner_feeds: int = 2
    users: int = 8
    data_points: int = 20


class Catalog:
    """The collections by resource name, made on first use."""

    def __init__(self, collections: dict[str, Collection] | None = None) -> None:
        self._collections = collections or {}

    def __getitem__(self, resource: str) -> Collection:
        return self._collections.setdefault(resource, Collection())

    def render(self) -> None:
        """Prepare the text of every list."""
        for collection in self._collections.values():
            collection.render()

    def copy(self) -> "Catalog":
        """Return a catalog that can change on its own."""
        return Catalog({name: collection.copy() for name, collection in self._collections.items()})
