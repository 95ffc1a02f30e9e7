"""The calls made so far: one request each, in turn, and what was observed of the response."""

from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

from mparticle_sandbox.probe.client import Client, NoResponseError, Request, Response, UnsendableError
from mparticle_sandbox.probe.observation import Observation, observe
from mparticle_sandbox.probe.question import NotObserved, error_in_the_probe

_TOO_MANY_REQUESTS = 429
_MOST_FAILURES = 2


class Recorder:
    """Makes calls with a pause between them. An API that limits the rate, or fails twice, is called no more."""

    def __init__(self, client: Client, pause: Callable[[], None]) -> None:
        self.observed: dict[str, Observation | NotObserved] = {}
        self._client = client
        self._pause = pause
        self._failures: Counter[str] = Counter()
        self._closed: dict[str, str] = {}

    @property
    def has_reached_an_api(self) -> bool:
        """Say whether any API responded."""
        return any(isinstance(observation, Observation) for observation in self.observed.values())

    def send(self, call: str, api: str, request: Request) -> Any:
        """Call an API and return the content of a response of 2xx, or None; never raise for a response."""
        if api in self._closed:
            self.observed[call] = NotObserved(self._closed[api])
            return None
        if self.observed:
            self._pause()
        try:
            response = self._client.send(request)
            self.observed[call] = observe(call, request.address, response)
        except NoResponseError as failure:
            self._note_failure(call, api, str(failure))
            return None
        except UnsendableError as reason:
            self.observed[call] = NotObserved(str(reason))
            return None
        except Exception as error:  # noqa: BLE001 - what one response breaks must not cost the others
            self.observed[call] = NotObserved(error_in_the_probe(error))
            return None
        if response.status == _TOO_MANY_REQUESTS:
            self._closed[api] = "not asked, because this API answered 429 before"
        return _content(response)

    def skip(self, calls: Iterable[str], reason: str) -> None:
        """Record why calls are not made."""
        for call in calls:
            self.observed[call] = NotObserved(reason)

    def _note_failure(self, call: str, api: str, reason: str) -> None:
        self.observed[call] = NotObserved(reason)
        self._failures[api] += 1
        if self._failures[api] == _MOST_FAILURES:
            self._closed[api] = "not asked, because this API failed twice before"


def _content(response: Response) -> Any:
    return response.content if response.status // 100 == 2 else None  # noqa: PLR2004 - the class of successes
