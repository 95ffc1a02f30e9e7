"""What a resource of the Platform API is made of."""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from mparticle_sandbox.core.catalog import Catalog, Size
from mparticle_sandbox.web.routing import ApiRoute


@dataclass(frozen=True)
class Resource:
    """One kind of entity: its collection's name, the function that seeds it, the routes that serve it.

    `seed` may read the collections of the resources that are listed before it, and has a randomness of its own, so that
    one more resource changes nothing about the others.
    """

    name: str
    seed: Callable[[Catalog, Size, Random], None]
    routes: tuple[ApiRoute, ...]
