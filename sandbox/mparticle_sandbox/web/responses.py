"""Errors and JSON responses."""

import json
from collections.abc import Callable, Iterable
from itertools import chain
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

_JSON = "application/json"
_MOST_LEVELS = 100


class ApiError(Exception):  # what the API responds, not an error of the sandbox
    """A request that is refused with `status` and one `{code, message}` error."""

    def __init__(self, status: int, code: str, message: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.headers = headers or {}

    def as_error(self) -> dict[str, str]:
        """Return the error in the form in which mParticle lists it."""
        return {"code": self.code, "message": self.message}


def method_not_allowed(method: str, allowed: Iterable[str]) -> ApiError:
    """Return the error for a method that a known path does not have."""
    headers = {"Allow": ", ".join(allowed)}
    return ApiError(405, "METHOD_NOT_ALLOWED", f"The method {method} is not supported by this resource.", headers)


def json_response(content: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """Return a response with `content` as JSON."""
    text = json.dumps(content, separators=(",", ":"))
    return Response(text, status, headers, media_type=_JSON)


def json_text_response(text: bytes, status: int = 200) -> Response:
    """Return a response with JSON that is rendered already."""
    return Response(text, status, media_type=_JSON)


async def read_json(request: Request, load: Callable[[bytes], Any] = json.loads) -> Any:
    """Return the body as JSON; refuse with 400 where it is not, or is too deep for what comes after."""
    try:
        content = load(await request.body())
    except (ValueError, RecursionError) as error:
        raise ApiError(400, "BAD_REQUEST", "The request body is not valid JSON.") from error
    if _is_deeper(content, _MOST_LEVELS):
        raise ApiError(400, "BAD_REQUEST", f"The request body is nested deeper than {_MOST_LEVELS} levels.")
    return content


def _is_deeper(content: Any, levels: int) -> bool:
    level = [content]
    for _ in range(levels):
        lists = [item for item in level if isinstance(item, list)]
        objects = [item for item in level if isinstance(item, dict)]
        level = [*chain.from_iterable(lists), *chain.from_iterable(item.values() for item in objects)]
        if not level:
            return False
    return True
