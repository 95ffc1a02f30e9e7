"""The host in an address, as logs and messages may show it."""

from urllib.parse import urlsplit


def host_of(url: str) -> str:
    """The host and port, without the user and password that an address may hold; empty where it has no host."""
    try:
        return urlsplit(url).netloc.rpartition("@")[2]
    except ValueError:
        return ""
