"""Which of the configured addresses would be asked without encryption, by another machine than this one."""

from collections.abc import Iterator, Mapping
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from source_mparticle.configuration.options import Path

ADDRESSES: tuple[Path, ...] = (("api_url",), ("token_url",), ("profiles", "csv_url"))


def unencrypted_addresses(config: Mapping[str, Any]) -> Iterator[tuple[Path, str]]:
    """The options, each with its value, that lead over plain HTTP to another machine, unless that is allowed."""
    if config.get("allow_http") is True:
        return
    for path in ADDRESSES:
        value: Any = config
        for name in path:
            value = value.get(name) if isinstance(value, Mapping) else None
        if isinstance(value, str) and is_unencrypted(value):
            yield path, value


def is_unencrypted(address: str) -> bool:
    """Whether what is sent to an address can be read on the way: it is HTTP, and its host is not this machine."""
    if not address.strip().lower().startswith("http:"):
        return False
    try:
        host = urlsplit(address.strip()).hostname or ""
        return not (host == "localhost" or ip_address(host).is_loopback)
    except ValueError:
        # A name, or what is no address at all.
        return True
