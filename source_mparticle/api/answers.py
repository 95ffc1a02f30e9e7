"""An answer of mParticle, and what one that is no success stands for."""

from collections.abc import Callable
from dataclasses import dataclass, field

from source_mparticle.api import problems


@dataclass
class Answer:
    """What an answer's reader needs of it.

    `url` is the address as messages may show it. `body` is a whole JSON text in UTF-8, or empty where `status` is no
    success. `quoted` makes a text of the body fit for a message; None where no message may quote any.

    It stands where the CDK expects a `requests.Response`, so it is always true and takes attributes.
    """

    status: int
    url: str
    body: bytes | bytearray = field(repr=False)
    quoted: Callable[[str], str] | None = field(default=None, repr=False)

    def __bool__(self) -> bool:
        return True


def problem_of(
    status: int, url: str, account_id: str, grant: str = problems.PLATFORM_API
) -> problems.MparticleError | None:
    """What an answer of the Platform API stands for; None for a success.

    `grant` is the API that the credential must be allowed to call.
    """
    if status in problems.SUCCESSES and status not in problems.NOT_WHOLE:
        return None
    return problems.refused(status, url, account_id, grant) or problems.unexpected_status(status, url)
