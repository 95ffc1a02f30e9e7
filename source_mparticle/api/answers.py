"""Turns an answer that is no success into the problem it stands for."""

import requests

from source_mparticle.api import problems
from source_mparticle.api.retry_after import retry_after


def raise_for(response: requests.Response, account_id: str) -> None:
    """Raise the `MparticleError` that an unsuccessful answer of the Platform API stands for; return for a success."""
    status, url = response.status_code, response.url
    if status == problems.TOO_MANY_REQUESTS or status in problems.SERVER_ERRORS:
        raise problems.overloaded(status, url, retry_after(response.headers))
    if not response.ok:
        raise problems.refused(status, url, account_id) or problems.unexpected_status(status, url)
