"""Profiles that two streams read from one request for each user."""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from threading import Lock
from typing import Any

from source_mparticle.api.errors import AccessRefused
from source_mparticle.api.single_flight import SingleFlight, again
from source_mparticle.profiles.identities import identities
from source_mparticle.profiles.lookup import ProfileLookup
from source_mparticle.profiles.options import ProfileOptions
from source_mparticle.profiles.records import with_integer_ids


class SharedProfiles:
    """Looks each user up once, however many streams read the response, and forgets it when the last of them has.

    A refusal is one for all users, so it ends the look-ups.
    """

    def __init__(self, options: ProfileOptions, lookup: ProfileLookup, readers: int) -> None:
        self._options = options
        self._lookup = lookup
        self._readers = readers
        self._single_flight = SingleFlight()
        self._lock = Lock()
        self._reads: dict[str, int] = {}
        self._refusal: AccessRefused | None = None

    @property
    def wanted(self) -> list[str]:
        """The identities to look up. Raises `ConfigurationError`."""
        return self._single_flight.do("identities", lambda: identities(self._options))

    def read(self, wanted: Sequence[str]) -> Iterator[Mapping[str, Any] | None]:
        """The profiles of these users, each None where mParticle does not know it. Raises a `MparticleError`."""
        for identity in wanted:
            profile = self._single_flight.do(("profile", identity), partial(self._look_up, identity))
            self._count_read(identity)
            yield profile

    def _look_up(self, identity: str) -> Mapping[str, Any] | None:
        if self._refusal:
            raise again(self._refusal)
        try:
            profile = self._lookup.profile(identity)
        except AccessRefused as refusal:
            self._refusal = refusal
            raise
        return None if profile is None else with_integer_ids(profile)

    def _count_read(self, identity: str) -> None:
        with self._lock:
            reads = self._reads.get(identity, 0) + 1
            if reads < self._readers:
                self._reads[identity] = reads
                return
            self._reads.pop(identity, None)
        self._single_flight.forget(("profile", identity))
