"""One access token for a whole sync: asked for once, renewed before it expires and after a surprise."""

from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock

from source_mparticle.api.problems import MparticleError, Unavailable

# A token is renewed this long before mParticle says it expires, so that no request leaves with one about to end.
MARGIN_SECONDS = 60.0
# Of a token that lives only minutes, no more than this part is given away as margin.
MARGIN_SHARE = 0.1


@dataclass(frozen=True)
class Grant:
    """A token as mParticle issued it: the bearer text and how many seconds it is good for."""

    access_token: str = field(repr=False)
    expires_in: float


class TokenKeeper:
    """Hands the current token to any number of threads and asks for another one only when it must.

    `fetch` requests a token from mParticle, `clock` gives seconds that only go forward. A refusal is remembered: no
    later request can change it, so mParticle is not asked again. Trouble that passes is not.
    """

    def __init__(self, fetch: Callable[[], Grant], clock: Callable[[], float]) -> None:
        self._fetch = fetch
        self._clock = clock
        self._lock = Lock()
        self._grant: Grant | None = None
        self._good_until = 0.0
        self._refusal: MparticleError | None = None
        # Whether the current token took the place of a rejected one and was not accepted since.
        self._is_on_trial = False
        self._rejections_are_final = False

    def current(self) -> str:
        """The token to send now. Raises what `fetch` raises."""
        with self._lock:
            if self._grant is None or self._clock() >= self._good_until:
                self._grant = self._request()
                self._is_on_trial = False
            return self._grant.access_token

    def accepted(self, token: str) -> None:
        """Take note that this token got an answer other than 401."""
        with self._lock:
            if self._grant is not None and self._grant.access_token == token:
                self._is_on_trial = False

    def replacement_of(self, rejected: str) -> str | None:
        """The token to try after mParticle answered 401 to `rejected`; None when another token would not help.

        Where a replacement meets the same 401, the token is not what is wrong, and every later 401 is believed.
        """
        with self._lock:
            is_current = self._grant is None or self._grant.access_token == rejected
            if is_current and self._is_on_trial:
                self._rejections_are_final = True
            if self._rejections_are_final:
                return None
            if is_current:
                self._grant = self._request()
                self._is_on_trial = True
            return self._grant.access_token if self._grant else None

    def _request(self) -> Grant:
        if self._refusal is not None:
            raise self._refusal
        # The life of a token begins before it arrives.
        asked = self._clock()
        try:
            grant = self._fetch()
        except Unavailable:
            raise
        except MparticleError as refusal:
            self._refusal = refusal
            raise
        margin = min(MARGIN_SECONDS, grant.expires_in * MARGIN_SHARE)
        self._good_until = asked + grant.expires_in - margin
        return grant
