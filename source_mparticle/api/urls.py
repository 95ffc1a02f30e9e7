"""What logs and messages may show of a URL."""

from urllib.parse import SplitResult, urlsplit

# A path holds ids and names that mParticle sent, a redirect any host. A message stays a message, whatever those are.
LONGEST_SHOWN = 300


def host_of(url: str) -> str:
    """The host and port, without the user and password that a URL may hold; empty where it has no host."""
    return _beginning(_split(url).netloc.rpartition("@")[2])


def path_of(url: str) -> str:
    """The path, without the query; of a very long one, the beginning."""
    return _beginning(_split(url).path)


def _split(url: str) -> SplitResult:
    try:
        return urlsplit(url)
    except ValueError:
        return SplitResult("", "", "", "", "")


def _beginning(text: str) -> str:
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}…"
