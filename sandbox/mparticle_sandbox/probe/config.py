"""The two configuration files that the probe reads: that of the source, and that of the destination."""

import json
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

API_URL = "https://api.mparticle.com"
TOKEN_URL = "https://sso.auth.mparticle.com/oauth/token"  # noqa: S105 - an address
EVENTS_URLS = {pod: f"https://s2s.{pod.lower()}.mparticle.com/v2" for pod in ("US1", "US2", "EU1", "AU1")}
_TITLES = {
    "client_id": "Client ID",
    "client_secret": "Client Secret",
    "account_id": "Account ID",
    "workspace_ids": "Workspace IDs",
    "org_id": "Organization ID",
    "profiles": "User Profiles",
    "profiles.workspace_id": "Workspace ID",
    "profiles.identity_type": "Identity Type",
    "profiles.identities": "Identities",
    "profiles.environment": "Environment",
    "api_url": "API URL",
    "token_url": "Token URL",
    "api_key": "API Key",
    "api_secret": "API Secret",
    "events_url": "Events URL",
    "pod": "Pod",
}
IDENTITY_TYPES = (
    "mpid",
    "customer_id",
    "email",
    *("other", *(f"other_id_{number}" for number in range(2, 11))),
    *("mobile_number", "phone_number_2", "phone_number_3"),
)
_ENVIRONMENTS = ("production", "development")
_ID = re.compile(r"[0-9]{1,19}")
_URL = re.compile(r"https?://(\[[0-9a-fA-F:.]+\]|[^/\s@?#:\[\]\\]+)(:\d{1,5})?(/[^\s?#]*)?")


class ProbeConfigError(ValueError):
    """An invalid configuration; the message is one plain sentence without any value."""


@dataclass(frozen=True)
class Lookup:
    """Whose profile to look up: `kind` is an identity type or `mpid`; `identity` is None if none is configured."""

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
    ids = _list(raw, "workspace_ids")
    if not all(map(_is_id, ids)):
        raise _wrong("workspace_ids", 'a list, each entry a number written as text, such as ["5318"]')
    return Account(
        client_id=_needed(raw, "client_id"),
        client_secret=_needed(raw, "client_secret"),
        account_id=_needed(raw, "account_id", _id),
        workspace_id=ids[0] if ids else None,
        org_id=_id(raw, "org_id"),
        lookup=_lookup(raw.get("profiles") or {}),
        api_url=_url(raw, "api_url", API_URL),
        token_url=_url(raw, "token_url", TOKEN_URL),
    )


def read_input(path: Path) -> Input:
    """Read the destination's configuration; raise ProbeConfigError."""
    raw = _read(path)
    pod = _word(raw, "pod", EVENTS_URLS)
    if pod is None and not raw.get("events_url"):
        raise ProbeConfigError(
            "The destination's configuration names neither Pod (`pod`) nor Events URL (`events_url`)."
        )
    return Input(
        api_key=_needed(raw, "api_key"),
        api_secret=_needed(raw, "api_secret"),
        events_url=_url(raw, "events_url", EVENTS_URLS[pod] if pod else ""),
        pod=pod,
    )


def _read(path: Path) -> Mapping[str, Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise ProbeConfigError(f"Cannot read {path}: {error.strerror}.") from error
    except (ValueError, RecursionError) as error:
        raise ProbeConfigError(
            f"{path} is not a JSON file in UTF-8; give the file with the configuration of a connector."
        ) from error
    if not isinstance(content, dict):
        raise ProbeConfigError(f"{path} must hold a JSON object, the configuration of a connector.")
    return content


def _wrong(key: str, expected: str) -> ProbeConfigError:
    return ProbeConfigError(f"{_TITLES[key]} (`{key}`) must be {expected}.")


def _given(raw: Mapping[str, Any], key: str) -> str | None:
    """Return a text, or None for what a form sends where nobody filled in anything; `key` may be that of a part."""
    value = raw.get(key.rpartition(".")[2])
    if value is None or value == "":
        return None
    if not _is_text(value) or value != value.strip():
        raise _wrong(key, "text in quotes, without spaces or line breaks around it")
    return str(value)


def _id(raw: Mapping[str, Any], key: str) -> str | None:
    value = raw.get(key.rpartition(".")[2])
    if value in (None, "") or _is_id(value):
        return value or None
    raise _wrong(key, 'a number written as text, such as "1201"')


def _word(raw: Mapping[str, Any], key: str, words: Collection[str]) -> str | None:
    value = raw.get(key.rpartition(".")[2])
    if value in (None, "", *words):
        return value or None
    raise _wrong(key, f"one of {', '.join(words)}")


def _list(raw: Mapping[str, Any], key: str) -> list[Any]:
    value = raw.get(key.rpartition(".")[2])
    if value in (None, ""):
        return []
    if not isinstance(value, list):
        raise _wrong(key, 'a list of strings, such as ["5318"]')
    return value


def _needed(raw: Mapping[str, Any], key: str, read: Callable[[Mapping[str, Any], str], str | None] = _given) -> str:
    value = read(raw, key)
    if value is None:
        raise ProbeConfigError(f"{_TITLES[key]} (`{key}`) is missing in the configuration; fill it in.")
    return value


def _is_id(value: Any) -> bool:
    return isinstance(value, str) and _ID.fullmatch(value) is not None


def _is_text(value: Any) -> bool:
    """Say whether a value is a text with something in it that can be sent; half of a surrogate pair cannot."""
    return isinstance(value, str) and bool(value.strip()) and not any("\ud800" <= each <= "\udfff" for each in value)


def _url(raw: Mapping[str, Any], key: str, default: str) -> str:
    url = _given(raw, key) or default
    # As the connectors do it: credentials are sent encrypted, except to this machine or where that is allowed.
    if not _URL.fullmatch(url) or (is_unencrypted(url) and raw.get("allow_http") is not True):
        raise ProbeConfigError(
            f"{_TITLES[key]} (`{key}`) must be https://host without a user name; http:// only on this machine, or "
            "where Allow Unencrypted HTTP (`allow_http`) is on."
        )
    return url.rstrip("/")


def is_unencrypted(address: str) -> bool:
    """Say whether what is sent to an address can be read on the way: it is HTTP, and its host is not this machine."""
    if not address.strip().lower().startswith("http:"):
        return False
    try:
        host = urlsplit(address.strip()).hostname or ""
        return not (host == "localhost" or ip_address(host).is_loopback)
    except ValueError:
        # A name, or what is no address at all.
        return True


def _lookup(profiles: Any) -> Lookup | None:
    if not isinstance(profiles, dict):
        raise _wrong("profiles", "an object of options")
    workspace_id = _id(profiles, "profiles.workspace_id")
    kind = _word(profiles, "profiles.identity_type", IDENTITY_TYPES)
    environment = _word(profiles, "profiles.environment", _ENVIRONMENTS)
    identities = _list(profiles, "profiles.identities")
    if not all(map(_is_text, identities)):
        raise _wrong("profiles.identities", "a list, each entry an identity as text")
    if workspace_id is None:
        return None
    return Lookup(
        workspace_id, kind or "mpid", identities[0].strip() if identities else None, environment or "production"
    )
