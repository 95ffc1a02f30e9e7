"""Profiles that two streams read from one request for each user."""

import logging
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from threading import Lock
from typing import Any

from source_mparticle.api.once import Once
from source_mparticle.api.problems import AccessRefused
from source_mparticle.profiles.identities import identities
from source_mparticle.profiles.lookup import ProfileLookup
from source_mparticle.profiles.options import ProfileOptions

_logger = logging.getLogger("airbyte")


class SharedProfiles:
    """Looks each user up once, however many streams read the answer, and forgets it when the last of them has.

    Users that mParticle does not know are counted and reported, not fatal. A credential that may not call the Profile
    API ends the lookups with one warning.
    """

    def __init__(self, options: ProfileOptions, lookup: ProfileLookup, readers: int) -> None:
        self._options = options
        self._lookup = lookup
        self._readers = readers
        self._once = Once()
        self._lock = Lock()
        self._reads: dict[str, int] = {}
        self._asked = 0
        self._unknown = 0
        self._refused = False

    @property
    def wanted(self) -> list[str]:
        """The identities to look up. Raises `ConfigurationProblem`."""
        return self._once.do("identities", lambda: identities(self._options))

    def read(self, wanted: Sequence[str]) -> Iterator[Mapping[str, Any]]:
        """The profiles of these users, as far as mParticle knows them."""
        for identity in wanted:
            profile = self._once.do(("profile", identity), partial(self._look_up, identity))
            self._count_read(identity)
            if profile is not None:
                yield profile

    def _look_up(self, identity: str) -> Mapping[str, Any] | None:
        if self._refused:
            return None
        try:
            profile = self._lookup.profile(identity)
        except AccessRefused as refusal:
            self._warn_of(refusal)
            return None
        self._count_lookup(known=profile is not None)
        return profile

    def _warn_of(self, refusal: AccessRefused) -> None:
        with self._lock:
            first, self._refused = not self._refused, True
        if first:
            _logger.warning("user_profiles and audience_memberships are skipped: %s", refusal)

    def _count_lookup(self, *, known: bool) -> None:
        with self._lock:
            self._asked += 1
            self._unknown += not known
            finished = self._asked == len(self.wanted)
        if finished:
            level = logging.WARNING if self._unknown else logging.INFO
            _logger.log(level, "Looked up %d users; %d of them are unknown to mParticle.", self._asked, self._unknown)

    def _count_read(self, identity: str) -> None:
        with self._lock:
            reads = self._reads.get(identity, 0) + 1
            if reads < self._readers:
                self._reads[identity] = reads
                return
            self._reads.pop(identity, None)
        self._once.forget(("profile", identity))
