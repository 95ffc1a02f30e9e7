"""The two configuration files that the probe reads: that of the source, and that of the destination."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_API_URL = "https://api.mparticle.com"
_TOKEN_URL = "https://sso.auth.mparticle.com/oauth/token"  # noqa: S105 - an address
_EVENTS_URLS = {pod: f"https://s2s.{pod.lower()}.mparticle.com/v2" for pod in ("US1", "US2", "EU1", "AU1")}
_TITLES = {
    "client_id": "Client ID",
    "client_secret": "Client Secret",
    "account_id": "Account ID",
    "workspace_ids": "Workspace IDs",
    "org_id": "Organization ID",
    "profiles": "User Profiles",
    "api_url": "API URL",
    "token_url": "Token URL",
    "api_key": "API Key",
    "api_secret": "API Secret",
    "events_url": "Events URL",
}
# Credentials travel encrypted, but to this machine.
_SAFE_URL = re.compile(
    r"https://[^/\s@]+(/\S*)?|http://(localhost|127\.0\.0\.1|\[::1\]|host\.docker\.internal)(:\d+)?(/\S*)?"
)


class ProbeConfigError(ValueError):
    """A configuration with which nothing can be asked; the message is one plain sentence without any value."""


@dataclass(frozen=True)
class Lookup:
    """Whose profile to look up: `kind` is an identity type or `mpid`; `identity` is None where nobody is named."""

    workspace_id: str
    kind: str
    identity: str | None
    environment: str


@dataclass(frozen=True)
class Account:
    """What the probe needs of the source's configuration."""

    client_id: str
    client_secret: str
    account_id: str
    workspace_id: str | None
    org_id: str | None
    lookup: Lookup | None
    api_url: str
    token_url: str


@dataclass(frozen=True)
class Input:
    """What the probe needs of the destination's configuration; `pod` is None where only an address is given."""

    api_key: str
    api_secret: str
    events_url: str
    pod: str | None


def read_account(path: Path) -> Account:
    """Read the source's configuration; raise ProbeConfigError."""
    raw = _read(path)
    ids = raw.get("workspace_ids") or ()
    if not isinstance(ids, (list, tuple)):
        raise ProbeConfigError("Workspace IDs (`workspace_ids`) must be a list of texts.")
    return Account(
        client_id=_needed(raw, "client_id"),
        client_secret=_needed(raw, "client_secret"),
        account_id=_needed(raw, "account_id"),
        workspace_id=str(ids[0]) if ids else None,
        org_id=_given(raw, "org_id"),
        lookup=_lookup(raw.get("profiles") or {}),
        api_url=_url(raw, "api_url", _API_URL),
        token_url=_url(raw, "token_url", _TOKEN_URL),
    )


def read_input(path: Path) -> Input:
    """Read the destination's configuration; raise ProbeConfigError."""
    raw = _read(path)
    pod = _given(raw, "pod")
    if pod not in (None, *_EVENTS_URLS):
        raise ProbeConfigError(f"Pod (`pod`) must be one of {', '.join(_EVENTS_URLS)}.")
    if pod is None and not raw.get("events_url"):
        raise ProbeConfigError(
            "The destination's configuration names neither Pod (`pod`) nor Events URL (`events_url`)."
        )
    return Input(
        api_key=_needed(raw, "api_key"),
        api_secret=_needed(raw, "api_secret"),
        events_url=_url(raw, "events_url", _EVENTS_URLS[pod] if pod else ""),
        pod=pod,
    )


def _read(path: Path) -> Mapping[str, Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ProbeConfigError(f"Cannot read {path}: {error.strerror}.") from error
    except (ValueError, RecursionError) as error:
        raise ProbeConfigError(f"{path} is not a JSON file.") from error
    if not isinstance(content, dict):
        raise ProbeConfigError(f"{path} must hold a JSON object, the configuration of a connector.")
    return content


def _given(raw: Mapping[str, Any], key: str) -> str | None:
    value = raw.get(key)
    if value is None or value == "":
        return None
    if not isinstance(value, str) and type(value) is not int:
        raise ProbeConfigError(f"{_TITLES.get(key, 'Pod')} (`{key}`) must be a text.")
    return str(value)


def _needed(raw: Mapping[str, Any], key: str) -> str:
    value = _given(raw, key)
    if value is None:
        raise ProbeConfigError(f"{_TITLES[key]} (`{key}`) is missing in the configuration; fill it in.")
    return value


def _url(raw: Mapping[str, Any], key: str, default: str) -> str:
    url = _given(raw, key) or default
    if not _SAFE_URL.fullmatch(url):
        raise ProbeConfigError(
            f"{_TITLES[key]} (`{key}`) must be https://host without a user name, or http:// on this machine."
        )
    return url.rstrip("/")


def _lookup(profiles: Any) -> Lookup | None:
    if not isinstance(profiles, dict):
        raise ProbeConfigError("User Profiles (`profiles`) must be an object.")
    if not profiles.get("workspace_id"):
        return None
    identities = profiles.get("identities") or ()
    return Lookup(
        workspace_id=str(profiles["workspace_id"]),
        kind=str(profiles.get("identity_type") or "mpid"),
        identity=str(identities[0]) if isinstance(identities, list) and identities else None,
        environment=str(profiles.get("environment") or "production"),
    )
