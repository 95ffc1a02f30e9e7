"""Which of the configured addresses would be asked without encryption, by another machine than this one."""

from collections.abc import Iterator, Mapping
from ipaddress import ip_address
from typing import Any, Final
from urllib.parse import urlsplit

_ADDRESSES: Final = (("events_url",), ("api_url",), ("token_url",), ("object_storage_config", "s3_endpoint"))


def unencrypted_addresses(raw: Mapping[str, Any]) -> Iterator[tuple[str, ...]]:
    """Yield the path of every option that leads over plain HTTP to another machine, unless that is allowed."""
    if raw.get("allow_http") is True:
        return
    for path in _ADDRESSES:
        value: Any = raw
        for name in path:
            value = value.get(name) if isinstance(value, Mapping) else None
        if isinstance(value, str) and is_unencrypted(value):
            yield path


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
