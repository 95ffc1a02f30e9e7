"""Does a piece of work once, however many threads need its result at the same time."""

from collections.abc import Callable, Hashable
from concurrent.futures import Future
from threading import Lock
from typing import Any, TypeVar

from source_mparticle.api.errors import MparticleError

Result = TypeVar("Result")
Error = TypeVar("Error", bound=MparticleError)


class SingleFlight:
    """Remembers results by key. The first caller does the work; the others wait for its result or its error."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._results: dict[Hashable, Future[Any]] = {}

    def do(self, key: Hashable, work: Callable[[], Result]) -> Result:
        """The result of `work` for this key, or the exception it raised."""
        with self._lock:
            known = self._results.get(key)
            mine = known or self._results.setdefault(key, Future())
        if known is None:
            try:
                mine.set_result(work())
            except BaseException as error:
                mine.set_exception(error)
                raise
        failure = mine.exception()
        if isinstance(failure, MparticleError):
            raise again(failure)
        result: Result = mine.result()
        return result

    def forget(self, key: Hashable) -> None:
        """Drop a result that nobody needs any more."""
        with self._lock:
            self._results.pop(key, None)


def again(error: Error) -> Error:
    """A copy of an error that was raised before: one that several threads raise would collect the stacks of all."""
    same = type(error).__new__(type(error), *error.args)
    vars(same).update(vars(error))
    return same
