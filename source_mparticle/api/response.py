"""A response of the Platform API, as its readers need it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field


@dataclass
class ApiResponse:
    """A response whose status was expected.

    `url` is the address as messages may show it. `body` is a complete JSON text in UTF-8, or empty where `status` is
    not a success. `quoted` makes a text of the body fit for a message; None where no message may quote any of it.

    It stands where the CDK expects a `requests.Response`, so it is always true and takes attributes.
    """

    status: int
    url: str
    body: bytes | bytearray = field(repr=False)
    quoted: Callable[[str], str] | None = field(default=None, repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)

    def __bool__(self) -> bool:
        return True
