"""What the user configured about profiles."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

MPID = "mpid"


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

    @classmethod
    def of(cls, config: Mapping[str, Any]) -> "ProfileOptions | None":
        """The options, or None where profiles are not configured: without an organization or without identities."""
        chosen = config.get("profiles") or {}
        org_id = config.get("org_id")
        if not org_id or not (chosen.get("identities") or chosen.get("csv_url")):
            return None
        identity_type = chosen.get("identity_type") or MPID
        return cls(
            org_id=org_id,
            account_id=config["account_id"],
            workspace_id=chosen["workspace_id"],
            identity_type=identity_type,
            environment=chosen.get("environment") or "production",
            identities=tuple(chosen.get("identities") or ()),
            csv_url=chosen.get("csv_url"),
            csv_column=chosen.get("csv_column") or identity_type,
        )
