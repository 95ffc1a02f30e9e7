"""The request ids that were seen, as far back as memory goes."""


class RecentIds:
    """Remembers the last `keep` ids and forgets the oldest first."""

    def __init__(self, keep: int) -> None:
        self._keep = keep
        self._ids: dict[str, None] = {}

    def __contains__(self, request_id: str) -> bool:
        return request_id in self._ids

    def add(self, request_id: str) -> None:
        """Remember an id that is not known yet."""
        self._ids[request_id] = None
        if len(self._ids) > self._keep:
            del self._ids[next(iter(self._ids))]
