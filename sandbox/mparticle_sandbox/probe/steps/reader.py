"""Reading one API with a token."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from mparticle_sandbox.probe.client import Request
from mparticle_sandbox.probe.config import Account
from mparticle_sandbox.probe.sight import items
from mparticle_sandbox.probe.tour import Tour

# Nothing of mParticle's has this id: it is the largest of 32 bits.
NO_ID = "2147483647"


@dataclass(frozen=True)
class Reader:
    """Reads `api` with the account's token; paths are given in segments, each of which is escaped."""

    tour: Tour
    account: Account
    credential: Callable[[], str] | None
    api: str

    def get(self, step: str, *segments: object, query: Mapping[str, str] | None = None, method: str = "GET") -> Any:
        """Take a step and return the content of an answer of 2xx, or None."""
        return self.tour.ask(step, self.api, self._request(method, segments, query))

    def list(self, step: str, *segments: object, query: Mapping[str, str] | None = None) -> list[dict[str, Any]]:
        """Take a step and return the items of the list, none where it was refused."""
        return items(self.get(step, *segments, query=query))

    def post(self, step: str, *segments: object, query: Mapping[str, str], content: Any) -> Any:
        """Take a step that asks by POST and return the content of an answer of 2xx, or None."""
        request = replace(self._request("POST", segments, query), content=content)
        return self.tour.ask(step, self.api, request)

    def anonymous(self, step: str, *segments: object, query: Mapping[str, str]) -> None:
        """Take a step without the token."""
        self.tour.ask(step, self.api, replace(self._request("GET", segments, query), credential=None))

    def _request(self, method: str, segments: tuple[object, ...], query: Mapping[str, str] | None) -> Request:
        return Request(method, self.account.api_url, query, self.credential, segments=segments)


def first(found: list[dict[str, Any]], key: str) -> Any:
    """Return the value of a key in the first item that has it as a text or a number, or None."""
    values = (item.get(key) for item in found)
    return next(
        (value for value in values if isinstance(value, (str, int)) and str(value) not in ("", ".", "..")), None
    )
