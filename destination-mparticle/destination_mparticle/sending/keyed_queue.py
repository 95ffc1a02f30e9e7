"""Which request may leave next: the first whose users have nothing of theirs before it."""

from collections import deque
from collections.abc import Hashable, Iterable
from typing import Generic, TypeVar

T = TypeVar("T")


class KeyedQueue(Generic[T]):
    """Items in the order they came. One may leave when every earlier item that shares a key with it is done.

    The keys of a request are its users: so a user's batches travel one after the other, and different users side by
    side.
    """

    def __init__(self) -> None:
        self._items: dict[int, tuple[T, frozenset[Hashable]]] = {}
        self._last: dict[Hashable, int] = {}
        self._waits_for: dict[int, int] = {}
        self._followers: dict[int, list[int]] = {}
        self._ready: deque[int] = deque()
        self._next = 0

    def __len__(self) -> int:
        """Items that are not done, taken or not."""
        return len(self._items)

    def put(self, item: T, keys: Iterable[Hashable]) -> int:
        """Add an item behind all others. Returns how many items may leave because of it: 1 or 0."""
        number, self._next = self._next, self._next + 1
        own = frozenset(keys)
        self._items[number] = (item, own)
        before = {self._last[key] for key in own if key in self._last}
        self._last |= dict.fromkeys(own, number)
        for earlier in before:
            self._followers.setdefault(earlier, []).append(number)
        if before:
            self._waits_for[number] = len(before)
            return 0
        self._ready.append(number)
        return 1

    def take(self) -> tuple[int, T] | None:
        """Return the next item that may leave, with the number to report it done by, or None."""
        if not self._ready:
            return None
        number = self._ready.popleft()
        return number, self._items[number][0]

    def done(self, number: int) -> int:
        """Forget an item that was taken, and let those leave that waited for it alone. Returns how many these are."""
        _, keys = self._items.pop(number)
        for key in keys:
            if self._last[key] == number:
                del self._last[key]
        before = len(self._ready)
        for follower in self._followers.pop(number, ()):
            self._waits_for[follower] -= 1
            if not self._waits_for[follower]:
                del self._waits_for[follower]
                self._ready.append(follower)
        return len(self._ready) - before
