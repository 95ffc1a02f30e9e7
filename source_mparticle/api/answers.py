"""Turns an answer that is no success into the problem it stands for."""

import requests

from source_mparticle.api import problems
from source_mparticle.api.retry_after import retry_after


def problem_of(
    answer: requests.Response, account_id: str, grant: str = problems.PLATFORM_API, url: str | None = None
) -> problems.MparticleError | None:
    """What an unsuccessful answer stands for; None for a success.

    `grant` is the API that the credential must be allowed to call. `url` stands in the sentence in place of the
    answer's own, where that one holds what no message may show.
    """
    status, url = answer.status_code, url or answer.url
    if answer.ok:
        return None
    if status == problems.TOO_MANY_REQUESTS or status in problems.SERVER_ERRORS:
        return problems.overloaded(status, url, retry_after(answer.headers))
    return problems.refused(status, url, account_id, grant) or problems.unexpected_status(status, url)
