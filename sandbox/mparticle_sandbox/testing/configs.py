"""Configurations of the two connectors that point at a sandbox."""

from collections.abc import Mapping
from typing import Any

from mparticle_sandbox.process import SandboxProcess

NO_RATE_LIMIT: dict[str, int] = {"rate": 1_000_000, "acceleration": 0}
"""Options of SandboxProcess for tests that must not wait for the rate limit of the Events API."""


def source_config(sandbox: SandboxProcess | None = None, **changes: Any) -> dict[str, Any]:
    """Return a configuration of the source: the three required options, the addresses, then `changes`.

    A change to None removes the option. Without a sandbox, the credentials are those of a sandbox with its defaults,
    and there is no address: for tests that mock HTTP.
    """
    config = {**_platform_credentials(sandbox), **_platform_addresses(sandbox), **changes}
    return _without_none(config)


def destination_config(
    sandbox: SandboxProcess | None = None,
    *streams: Mapping[str, Any],
    with_platform: bool = False,
    **changes: Any,
) -> dict[str, Any]:
    """Return a configuration of the destination that maps `streams`, then `changes`.

    It has the credentials and the address of the Events API, and `with_platform` also those of the Platform API, which
    account streams need. A change to None removes the option. Without a sandbox, as in `source_config`.
    """
    config: dict[str, Any] = {
        "api_key": (sandbox or _DEFAULTS).api_key,
        "api_secret": (sandbox or _DEFAULTS).api_secret,
        "pod": "US1",
        "environment": "development",
        "streams": [dict(stream) for stream in streams],
    }
    if sandbox is not None:
        config["events_url"] = sandbox.events_url
    if with_platform:
        config |= {"platform": _platform_credentials(sandbox), **_platform_addresses(sandbox)}
    return _without_none({**config, **changes})


def profiles_option(sandbox: SandboxProcess, limit: int | None = None) -> dict[str, Any]:
    """Return the option `profiles` of the source: look up the seeded users by MPID, or only the first `limit`.

    The source also needs `org_id=sandbox.org_id` to look up profiles.
    """
    profiles = sandbox.profiles()[:limit]
    return {
        "workspace_id": str(profiles[0]["workspace_id"]),
        "identity_type": "mpid",
        "identities": [str(profile["mpid"]) for profile in profiles],
    }


def stream_mapping(stream: str, object_name: str, fields: Mapping[str, str], **options: Any) -> dict[str, Any]:
    """Return the mapping of one stream to an object of the destination.

    `fields` has the template of each field, such as `{"customer_id": "{user}"}`; `options` are the mapping's others,
    such as `unmapped="attributes"`.
    """
    pairs = [{"field": field, "value": template} for field, template in fields.items()]
    return {"stream": stream, "object": object_name, "fields": pairs, **options}


# Never started: only its credentials are read.
_DEFAULTS = SandboxProcess()


def _platform_credentials(sandbox: SandboxProcess | None) -> dict[str, Any]:
    owner = sandbox or _DEFAULTS
    return {"client_id": owner.client_id, "client_secret": owner.client_secret, "account_id": owner.account_id}


def _platform_addresses(sandbox: SandboxProcess | None) -> dict[str, Any]:
    return {} if sandbox is None else {"api_url": sandbox.url, "token_url": f"{sandbox.url}/oauth/token"}


def _without_none(config: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in config.items() if value is not None}
