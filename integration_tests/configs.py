"""Configurations and catalogs for a sandbox."""

from typing import Any

from mparticle_sandbox import SandboxProcess

STREAMS = {
    "accounts": ["full_refresh", "incremental"],
    "workspaces": ["full_refresh"],
    "audiences": ["full_refresh", "incremental"],
    "calculated_attributes": ["full_refresh", "incremental"],
}


def config_for(sandbox: SandboxProcess) -> dict[str, Any]:
    return {
        "client_id": sandbox.client_id,
        "client_secret": sandbox.client_secret,
        "account_id": sandbox.account_id,
        "api_url": sandbox.url,
        "token_url": f"{sandbox.url}/oauth/token",
    }


def full_refresh_catalog() -> dict[str, Any]:
    """Every stream, as `--catalog` takes it."""
    return {
        "streams": [
            {
                "stream": {"name": name, "json_schema": {}, "supported_sync_modes": modes},
                "sync_mode": "full_refresh",
                "destination_sync_mode": "overwrite",
            }
            for name, modes in STREAMS.items()
        ]
    }
