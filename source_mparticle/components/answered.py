"""What the requester hands to the extractor."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from source_mparticle.api.addresses import value_in
from source_mparticle.api.answers import Answer
from source_mparticle.api.ids import as_integer
from source_mparticle.api.problems import MparticleError
from source_mparticle.api.tally import Tally


@dataclass
class Answered:
    """An answer of mParticle and what it was asked for; without a fan-out there is no tally, and the slice is empty."""

    answer: Answer
    tally: Tally | None
    slice: Mapping[str, Any]

    def is_of(self, key: Any, asked: str) -> bool:
        """Whether an object with this key is the one that was asked for, by the field `asked` of the slice."""
        return bool(as_integer(key) == as_integer(value_in(self.slice, asked)))

    def found(self) -> None:
        """The answer holds what was asked for."""
        if self.tally:
            self.tally.found()

    def keyless(self, problem: MparticleError) -> None:
        """The answer's one object lacks its key. Raises `problem` where nothing proves that others have it."""
        if self.tally is None:
            raise problem
        self.tally.no_row("came without its key", problem, urlsplit(self.answer.url).path)
