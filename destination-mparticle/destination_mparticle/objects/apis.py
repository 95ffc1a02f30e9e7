"""The APIs that objects are written through, and the options that each of them needs."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Api:
    """One API. `options` are names of options at the top of the configuration, without which it cannot be used."""

    name: str
    options: tuple[str, ...]


EVENTS_API: Final = Api("Events API", ("api_key", "api_secret", "pod", "environment"))
PLATFORM_API: Final = Api("Platform API", ("platform",))
