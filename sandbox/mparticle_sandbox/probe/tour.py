"""The steps that were taken so far: one request each, in turn, and what was seen of the answer."""

from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

from mparticle_sandbox.probe.client import Answer, Client, NoAnswerError, Request, UnsendableError
from mparticle_sandbox.probe.question import Unseen, error_in_the_probe
from mparticle_sandbox.probe.sight import Sight, look

_TOO_MANY_REQUESTS = 429
_MOST_FAILURES = 2


class Tour:
    """Takes steps with a pause between them. An API that limits the rate, or fails twice, is asked nothing more."""

    def __init__(self, client: Client, pause: Callable[[], None]) -> None:
        self.observed: dict[str, Sight | Unseen] = {}
        self._client = client
        self._pause = pause
        self._failures: Counter[str] = Counter()
        self._closed: dict[str, str] = {}

    @property
    def has_reached_something(self) -> bool:
        """Say whether anything answered."""
        return any(isinstance(sight, Sight) for sight in self.observed.values())

    def ask(self, step: str, api: str, request: Request) -> Any:
        """Take a step of an API and return the content of an answer of 2xx, or None; never raise for an answer."""
        if api in self._closed:
            self.observed[step] = Unseen(self._closed[api])
            return None
        if self.observed:
            self._pause()
        try:
            answer = self._client.send(request)
            self.observed[step] = look(step, request.address, answer)
        except NoAnswerError as failure:
            self._note_failure(step, api, str(failure))
            return None
        except UnsendableError as reason:
            self.observed[step] = Unseen(str(reason))
            return None
        except Exception as error:  # noqa: BLE001 - what one answer breaks must not cost the others
            self.observed[step] = Unseen(error_in_the_probe(error))
            return None
        if answer.status == _TOO_MANY_REQUESTS:
            self._closed[api] = "not asked, because this API answered 429 before"
        return _content(answer)

    def skip(self, steps: Iterable[str], reason: str) -> None:
        """Note why steps are not taken."""
        for step in steps:
            self.observed[step] = Unseen(reason)

    def _note_failure(self, step: str, api: str, reason: str) -> None:
        self.observed[step] = Unseen(reason)
        self._failures[api] += 1
        if self._failures[api] == _MOST_FAILURES:
            self._closed[api] = "not asked, because this API failed twice before"


def _content(answer: Answer) -> Any:
    return answer.content if answer.status // 100 == 2 else None  # noqa: PLR2004 - the class of successes
