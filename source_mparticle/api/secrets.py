"""Keeps what must not be seen out of texts that come from elsewhere."""

from collections.abc import Callable
from threading import Lock

from source_mparticle.api.redaction import MASK

# Long enough for mParticle's sentences, short enough for a log.
LONGEST_QUOTE = 300


class Secrets:
    """The secrets of a sync: the credentials and every token issued to them.

    `tell` hears of each secret once; the platform masks them in its own logs too.
    """

    def __init__(self, *known: str, tell: Callable[[str], None] = lambda _: None) -> None:
        self._lock = Lock()
        self._tell = tell
        self._known: list[str] = []
        for secret in known:
            self.add(secret)

    def add(self, secret: str) -> None:
        """Mask this one from now on."""
        with self._lock:
            if not secret or secret in self._known:
                return
            # Longest first: a secret may hold another one.
            self._known = sorted([*self._known, secret], key=len, reverse=True)
        self._tell(secret)

    def masked(self, text: str) -> str:
        """The text without a secret, cut to what a message may quote."""
        for secret in self._known:
            text = text.replace(secret, MASK)
        return text if len(text) <= LONGEST_QUOTE else f"{text[:LONGEST_QUOTE]}…"
