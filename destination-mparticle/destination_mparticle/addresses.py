"""Which of the configured addresses would be asked without encryption, by another machine than this one."""

from collections.abc import Iterator, Mapping
from ipaddress import ip_address
from typing import Any, Final
from urllib.parse import urlsplit

_ADDRESSES: Final = ("events_url", "api_url", "token_url")


def unencrypted_addresses(raw: Mapping[str, Any]) -> Iterator[tuple[str, ...]]:
    """Yield the path of every option that leads over plain HTTP to another machine, unless that is allowed."""
    if raw.get("allow_http") is True:
        return
    for name in _ADDRESSES:
        if _is_unencrypted(raw.get(name)):
            yield (name,)
    store = raw.get("object_storage_config")
    # Forms keep the options of a choice that was changed.
    if isinstance(store, Mapping) and store.get("storage_type") == "S3" and _is_unencrypted(store.get("s3_endpoint")):
        yield "object_storage_config", "s3_endpoint"


def _is_unencrypted(address: object) -> bool:
    """Say whether what is sent to an address can be read on the way: it is HTTP, and its host is not this machine."""
    if not isinstance(address, str) or not address.lower().startswith("http:"):
        return False
    try:
        host = urlsplit(address).hostname or ""
        return not (host == "localhost" or ip_address(host).is_loopback)
    except ValueError:
        # A name, or what is no address at all.
        return True
