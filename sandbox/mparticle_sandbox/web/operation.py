"""What `/openapi.json` tells about a handler, kept beside the handler itself."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Generic, Literal, ParamSpec

from starlette.responses import Response

Schema = dict[str, Any]
Credentials = Literal["token", "input"]
_P = ParamSpec("_P")


@dataclass(frozen=True)
class Query:
    """A parameter of the query."""

    name: str
    schema: Schema
    about: str = ""
    required: bool = False


@dataclass(frozen=True)
class Operation:
    """What one method of a path takes and returns.

    `responses`: the JSON Schema of the body for each status without an error; None for an empty body, or one that is
    described in words only. `errors`: the statuses of errors. `body`: the JSON Schema of the request's body.
    """

    summary: str = ""
    responses: Mapping[int, Schema | None] = field(default_factory=dict)
    errors: frozenset[int] = frozenset()
    query: tuple[Query, ...] = ()
    body: Schema | None = None
    credentials: Credentials | None = None

    def with_errors(self, *statuses: int) -> "Operation":
        """Return the operation with further statuses of errors."""
        return replace(self, errors=self.errors | set(statuses))


@dataclass(frozen=True)
class Described(Generic[_P]):
    """A handler with its operation; called like the handler."""

    call: Callable[_P, Awaitable[Response]]
    operation: Operation

    def __call__(self, *args: _P.args, **kwargs: _P.kwargs) -> Awaitable[Response]:
        """Call the handler."""
        return self.call(*args, **kwargs)


def describe(
    summary: str,
    responses: Mapping[int, Schema | None],
    *errors: int,
    query: tuple[Query, ...] = (),
    body: Schema | None = None,
) -> Callable[[Callable[_P, Awaitable[Response]]], Described[_P]]:
    """Return a decorator that describes a handler: a sentence, its good responses, its own statuses of errors."""
    operation = Operation(summary, responses, frozenset(errors), query, body)
    return lambda handler: Described(handler, operation)


def operation_of(handler: Callable[..., Awaitable[Response]]) -> Operation:
    """Return how a handler is described; an empty operation where it is not."""
    return handler.operation if isinstance(handler, Described) else Operation()
