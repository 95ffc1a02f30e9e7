"""Bearer authorization for `requests`: adds the token, and once per request replaces a rejected one."""

from typing import Any

import requests
from requests.auth import AuthBase

from source_mparticle.api.problems import UNAUTHORIZED
from source_mparticle.api.token import TokenKeeper


class BearerAuth(AuthBase):
    """Signs requests with the keeper's token; after a 401 sends the request once more with another token."""

    def __init__(self, tokens: TokenKeeper) -> None:
        self._tokens = tokens

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Sign a request that is about to leave; may be called again for the same request when it is retried."""
        _sign(request, self._tokens.current())
        if self._replace_rejected_token not in request.hooks["response"]:
            request.hooks["response"].append(self._replace_rejected_token)
        return request

    def _replace_rejected_token(self, response: requests.Response, **send_options: Any) -> requests.Response:
        if response.status_code != UNAUTHORIZED:
            return response
        with self._tokens.replacing:
            replacement = self._tokens.replace(_token_of(response.request))
            if replacement is None:
                return response
            answer = _sent_again(response, replacement, send_options)
            if answer.status_code == UNAUTHORIZED:
                self._tokens.replacement_rejected()
            return answer


def _sent_again(response: requests.Response, token: str, send_options: dict[str, Any]) -> requests.Response:
    response.close()
    request = response.request.copy()
    _sign(request, token)
    answer: requests.Response = response.connection.send(request, **send_options)
    answer.request = request
    answer.history.append(response)
    return answer


def _sign(request: requests.PreparedRequest, token: str) -> None:
    request.headers["Authorization"] = f"Bearer {token}"


def _token_of(request: requests.PreparedRequest) -> str:
    return request.headers["Authorization"].removeprefix("Bearer ")
