"""The entities of one resource, in the order in which their lists show them."""

import json
from collections.abc import Hashable, Mapping
from typing import Any

Entity = Mapping[str, Any]
Scope = tuple[str, int]

_encode = json.JSONEncoder(separators=(",", ":")).encode


class Collection:
    """Entities by key, listed by scope: a scope such as `("workspace", 5318)` is one list a client can ask for.

    Entities are never changed in place, so copies share them. The text of a list is kept until the collection changes.
    """

    def __init__(self) -> None:
        self._entities: dict[Hashable, Entity] = {}
        self._scopes: dict[Scope, dict[Hashable, None]] = {}
        self._texts: dict[Scope, bytes] = {}

    def put(self, key: Hashable, entity: Entity, *scopes: Scope) -> None:
        """Add an entity, or replace the one with this key, and show it in the given scopes."""
        self._entities[key] = entity
        for scope in scopes:
            self._scopes.setdefault(scope, {})[key] = None
        self._texts.clear()

    def remove(self, key: Hashable) -> None:
        """Take an entity out of every list; the key must exist."""
        del self._entities[key]
        for keys in self._scopes.values():
            keys.pop(key, None)
        self._texts.clear()

    def get(self, key: Hashable) -> Entity | None:
        """Return the entity with this key, or None."""
        return self._entities.get(key)

    def find(self, key: Hashable, scope: Scope) -> Entity | None:
        """Return the entity with this key if the scope's list shows it, or None."""
        return self._entities[key] if key in self._scopes.get(scope, ()) else None

    def list(self, scope: Scope) -> list[Entity]:
        """Return the entities of a scope; an unknown scope is an empty list."""
        return [self._entities[key] for key in self._scopes.get(scope, ())]

    def text(self, scope: Scope) -> bytes:
        """Return the list of a scope as a JSON array."""
        if scope not in self._scopes:
            return b"[]"
        if scope not in self._texts:
            self._texts[scope] = _encode(self.list(scope)).encode()
        return self._texts[scope]

    def render(self) -> None:
        """Prepare the text of every list, so that the first request for a long one is as fast as the others."""
        for scope in self._scopes:
            self.text(scope)

    def copy(self) -> "Collection":
        """Return a collection that can change on its own."""
        copy = Collection()
        copy._entities = dict(self._entities)
        copy._scopes = {scope: dict(keys) for scope, keys in self._scopes.items()}
        copy._texts = dict(self._texts)
        return copy
