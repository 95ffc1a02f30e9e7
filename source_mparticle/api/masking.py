"""Masks secrets and e-mail addresses in texts that a message quotes, however they are spelled there."""

import base64
import html
import json
import re
from collections.abc import Callable, Iterator
from threading import Lock
from urllib.parse import quote, quote_plus

from source_mparticle.api.redaction import MASK

# Long enough for mParticle's sentences, short enough for a log.
LONGEST_QUOTE = 300
# Shorter parts of a secret in Base64 could be parts of any word.
_SHORTEST_BASE64 = 6

# What stands between blanks, quotes or brackets. One with an @ is an e-mail address, or close to one.
_WORD = re.compile(r"[^\s\"'<>()]+")
_AT = re.compile(r"[@\uff20\ufe6b]|%(?:25)*40|&(?:#0*64|#x0*40|commat);|\\u0040", re.IGNORECASE)
# The name in `"jane doe"@example.com`.
_QUOTED_NAME = re.compile(rf'"[^"]{{1,100}}"(?=(?:{_AT.pattern}))', re.IGNORECASE)
_HEXADECIMAL = re.compile("%[0-9A-F]{2}")


class Secrets:
    """The secrets of a sync: the credentials and every token issued to them.

    `tell` is called with each secret once; the platform masks them in its own logs too.
    """

    def __init__(self, *known: str, tell: Callable[[str], None] = lambda _: None) -> None:
        self._lock = Lock()
        self._tell = tell
        self._known: set[str] = set()
        self._spellings: list[str] = []
        for secret in known:
            self.add(secret)

    def add(self, secret: str) -> None:
        """Mask this one from here on."""
        with self._lock:
            if not secret or secret in self._known:
                return
            self._known.add(secret)
            # Longest first: a secret may contain another one.
            self._spellings = sorted({*self._spellings, *_spellings(secret)}, key=len, reverse=True)
        self._tell(secret)

    def masked(self, text: str) -> str:
        """The text without a secret and without e-mail addresses, truncated to what a message may quote.

        They are found as they are, and as they stand in URLs, in JSON text, in HTML and, secrets alone, in Base64.
        """
        for spelling in self._spellings:
            text = text.replace(spelling, MASK)
        text = _QUOTED_NAME.sub(MASK, text)
        # No more words can be shown than there are characters.
        text = _WORD.sub(lambda word: MASK if _AT.search(word[0]) else word[0], text, count=LONGEST_QUOTE)
        return text if len(text) <= LONGEST_QUOTE else f"{text[:LONGEST_QUOTE]}…"


def _spellings(secret: str) -> Iterator[str]:
    yield secret
    for encoded in (quote(secret, safe=""), quote(secret), quote_plus(secret)):
        yield encoded
        yield _HEXADECIMAL.sub(lambda digits: digits[0].lower(), encoded)
    escaped = secret
    # As it stands in JSON text, and in one that is quoted in JSON text.
    for _ in range(2):
        yield escaped.replace("/", "\\/")
        yield json.dumps(escaped, ensure_ascii=False)[1:-1]
        escaped = json.dumps(escaped)[1:-1]
        yield escaped
    yield html.escape(secret)
    yield from _in_base64(secret.encode("utf-8", "surrogatepass"))


def _in_base64(secret: bytes) -> Iterator[str]:
    """What Base64 makes of the secret wherever in a text it stands, without the letters that its neighbours share."""
    for before in range(3):
        encoded = base64.b64encode(bytes(before) + secret).decode()
        shared_after = (before + len(secret)) % 3
        inner = encoded[(0, 2, 3)[before] : len(encoded) - (0, 3, 2)[shared_after]]
        if len(inner) >= _SHORTEST_BASE64:
            yield inner
            yield inner.translate(str.maketrans("+/", "-_"))
