"""What logs and messages may show of a URL."""

from urllib.parse import urlsplit


def host_of(url: str) -> str:
    """The host and port, without the user and password that a URL may hold; empty where it has no host."""
    try:
        return urlsplit(url).netloc.rpartition("@")[2]
    except ValueError:
        return ""


def path_of(url: str) -> str:
    """The path, without the query."""
    return urlsplit(url).path
