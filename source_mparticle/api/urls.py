"""What logs and messages may show of a URL."""

from urllib.parse import urlsplit

# A path holds ids and names that mParticle sent. A message stays a message, whatever those are.
LONGEST_SHOWN = 300


def host_of(url: str) -> str:
    """The host and port, without the user and password that a URL may hold; empty where it has no host."""
    try:
        return urlsplit(url).netloc.rpartition("@")[2]
    except ValueError:
        return ""


def path_of(url: str) -> str:
    """The path, without the query; of a very long one, the beginning."""
    path = urlsplit(url).path
    return path if len(path) <= LONGEST_SHOWN else f"{path[:LONGEST_SHOWN]}…"
