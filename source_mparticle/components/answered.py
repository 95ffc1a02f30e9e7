"""What the requester hands to the extractor."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from source_mparticle.api.answers import Answer
from source_mparticle.api.problems import MparticleError
from source_mparticle.api.tally import Tally


@dataclass
class Answered:
    """An answer of mParticle, and the tally of the fan-out that asked for it; None where the stream is one request."""

    answer: Answer
    tally: Tally | None

    def found(self) -> None:
        """The answer holds what was asked for."""
        if self.tally:
            self.tally.found()

    def keyless(self, problem: MparticleError) -> None:
        """The answer's one object lacks its key. Raises `problem` where nothing proves that others have it."""
        if self.tally is None:
            raise problem
        self.tally.no_row("came without its key", problem, urlsplit(self.answer.url).path)
