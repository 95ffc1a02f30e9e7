"""What the user configured about profiles."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from source_mparticle.configuration.validation import MPID


@dataclass(frozen=True)
class ProfileOptions:
    """Whose profiles to look up, and where."""

    org_id: str
    account_id: str
    workspace_id: str
    identity_type: str
    environment: str
    identities: tuple[str, ...]
    csv_url: str | None
    csv_column: str

    @staticmethod
    def missing(config: Mapping[str, Any]) -> list[str]:
        """The keys of the options that profiles need and that are not filled in."""
        chosen = config.get("profiles") or {}
        missing = [] if config.get("org_id") else ["org_id"]
        if not (chosen.get("identities") or chosen.get("csv_url")):
            return [*missing, "profiles"]
        return missing if chosen.get("workspace_id") else [*missing, "profiles.workspace_id"]

    @classmethod
    def of(cls, config: Mapping[str, Any]) -> "ProfileOptions | None":
        """The options, or None where profiles are not configured: without an organization or without identities."""
        if cls.missing(config):
            return None
        chosen = config["profiles"]
        identity_type = chosen.get("identity_type") or MPID
        return cls(
            org_id=config["org_id"],
            account_id=config["account_id"],
            workspace_id=chosen["workspace_id"],
            identity_type=identity_type,
            environment=chosen.get("environment") or "production",
            identities=tuple(chosen.get("identities") or ()),
            csv_url=chosen.get("csv_url"),
            csv_column=chosen.get("csv_column") or identity_type,
        )
