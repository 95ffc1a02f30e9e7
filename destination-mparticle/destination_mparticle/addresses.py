"""Which of the configured addresses would be asked without encryption, by another machine than this one."""

from collections.abc import Iterator, Mapping
from ipaddress import ip_address
from typing import Any, Final
from urllib.parse import urlsplit

_ADDRESSES: Final = (("events_url",), ("api_url",), ("token_url",))
_S3_ENDPOINT: Final = ("object_storage_config", "s3_endpoint")


def unencrypted_addresses(raw: Mapping[str, Any]) -> Iterator[tuple[str, ...]]:
    """Yield the path of every option that leads over plain HTTP to another machine, unless that is allowed."""
    if raw.get("allow_http") is True:
        return
    # Forms keep the options of a choice that was changed.
    is_s3 = _value(raw, "object_storage_config", "storage_type") == "S3"
    for path in (*_ADDRESSES, _S3_ENDPOINT) if is_s3 else _ADDRESSES:
        value = _value(raw, *path)
        if isinstance(value, str) and is_unencrypted(value):
            yield path


def _value(raw: Any, *path: str) -> Any:
    for name in path:
        raw = raw.get(name) if isinstance(raw, Mapping) else None
    return raw


def is_unencrypted(address: str) -> bool:
    """Return whether what is sent to an address can be read on the way: HTTP to a host that is not this machine."""
    if not address.strip().lower().startswith("http:"):
        return False
    try:
        host = urlsplit(address.strip()).hostname or ""
        return not (host == "localhost" or ip_address(host).is_loopback)
    except ValueError:
        # A name, or what is no address at all.
        return True
