"""What all streams of one sync share: the access token, and the answers that several of them need."""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from source_mparticle.api.once import Once
from source_mparticle.api.token import TokenKeeper
from source_mparticle.api.token_endpoint import TokenEndpoint


@dataclass(frozen=True)
class Sync:
    """One token and one memory of shared answers."""

    tokens: TokenKeeper
    once: Once = field(default_factory=Once)

    @classmethod
    def of(cls, config: Mapping[str, Any]) -> "Sync":
        """The sync that is being built, or one of its own for a component built outside `SourceMparticle`."""
        return _being_built.get() or cls._new(config)

    @classmethod
    def _new(cls, config: Mapping[str, Any]) -> "Sync":
        endpoint = TokenEndpoint(config["token_url"], config["client_id"], config["client_secret"])
        return cls(TokenKeeper(endpoint.request, time.monotonic))


_being_built: ContextVar[Sync | None] = ContextVar("_being_built", default=None)


@contextmanager
def one_sync(config: Mapping[str, Any]) -> Iterator[None]:
    """Every component that is built inside this block belongs to one and the same sync.

    The CDK builds an authenticator and a requester for each stream and offers no place for what they share. Building
    happens in one thread, so a context variable carries it there without a registry that would outlive the sync.
    """
    previous = _being_built.set(Sync._new(config))  # noqa: SLF001 - the block is the constructor's only other user
    try:
        yield
    finally:
        _being_built.reset(previous)
