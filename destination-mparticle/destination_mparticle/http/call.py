"""What to request, as mParticle's documents describe it: a method, a path and a body. Nothing is sent here."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Call:
    """One request: `path` stands behind the API's base URL and includes the query, `body` is JSON or None."""

    method: str
    path: str
    body: bytes | None = None

    def __str__(self) -> str:
        return f"{self.method} {self.path.partition('?')[0]}"
