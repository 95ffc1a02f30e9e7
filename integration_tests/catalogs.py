"""Helper: the catalog of the streams that every account has."""

from typing import Any

from mparticle_sandbox.testing import configured_catalog

CORE = ("accounts", "workspaces", "audiences", "calculated_attributes")


def full_refresh_catalog() -> dict[str, Any]:
    """As `--catalog` takes it."""
    return configured_catalog(*CORE, destination_sync_mode="overwrite")
