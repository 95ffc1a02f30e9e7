"""Reading one API with a token."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from mparticle_sandbox.probe.client import Request
from mparticle_sandbox.probe.config import Account
from mparticle_sandbox.probe.observation import items
from mparticle_sandbox.probe.recorder import Recorder

# No entity of mParticle has this id: it is the largest 32-bit number.
NO_ID = "2147483647"


@dataclass(frozen=True)
class Reader:
    """Reads `api` with the account's token; paths are given in segments, each of which is escaped."""

    recorder: Recorder
    account: Account
    credential: Callable[[], str] | None
    api: str

    def get(self, call: str, *segments: object, query: Mapping[str, str] | None = None, method: str = "GET") -> Any:
        """Make a call and return the content of a response of 2xx, or None."""
        return self.recorder.send(call, self.api, self._request(method, segments, query))

    def list(self, call: str, *segments: object, query: Mapping[str, str] | None = None) -> list[dict[str, Any]]:
        """Make a call and return the items of the list, none where the call was refused."""
        return items(self.get(call, *segments, query=query))

    def post(self, call: str, *segments: object, query: Mapping[str, str], content: Any) -> Any:
        """Make a call by POST and return the content of a response of 2xx, or None."""
        request = replace(self._request("POST", segments, query), content=content)
        return self.recorder.send(call, self.api, request)

    def anonymous(self, call: str, *segments: object, query: Mapping[str, str]) -> None:
        """Make a call without the token."""
        self.recorder.send(call, self.api, replace(self._request("GET", segments, query), credential=None))

    def _request(self, method: str, segments: tuple[object, ...], query: Mapping[str, str] | None) -> Request:
        return Request(method, self.account.api_url, query, self.credential, segments=segments)


def first(found: list[dict[str, Any]], key: str) -> Any:
    """Return the value of a key in the first item that has it as a text or a number, or None."""
    values = (item.get(key) for item in found)
    return next(
        (value for value in values if isinstance(value, (str, int)) and str(value) not in ("", ".", "..")), None
    )
