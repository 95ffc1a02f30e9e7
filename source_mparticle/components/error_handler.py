"""Decides what an answer of the Platform API means for the stream that asked."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import requests
from airbyte_cdk.sources.declarative.interpolation import InterpolatedBoolean
from airbyte_cdk.sources.declarative.requesters.error_handlers.default_error_handler import DefaultErrorHandler
from airbyte_cdk.sources.streams.http.error_handlers.response_models import ErrorResolution, ResponseAction

from source_mparticle.api import problems
from source_mparticle.api.answers import problem_of
from source_mparticle.components.traced import failure_type

SKIPPABLE = (problems.FORBIDDEN, problems.NOT_FOUND)


@dataclass
class PlatformErrorHandler(DefaultErrorHandler):
    """The CDK's handler (429, 5xx and lost connections are tried again), in mParticle's words where it gives up.

    `grant` is the API that the credential must be allowed to call. A stream that is `optional` is skipped where
    mParticle answers 403 or 404; the requester says so. `no_rows_on_404` is a condition on the config under which a 404
    stands for a list without rows.
    """

    grant: str = "Platform API"
    optional: bool = False
    no_rows_on_404: str = "False"

    def __post_init__(self, parameters: Mapping[str, Any]) -> None:
        super().__post_init__(parameters)
        self._no_rows_on_404 = InterpolatedBoolean(self.no_rows_on_404, parameters=parameters).eval(self.config)

    def interpret_response(self, response_or_exception: requests.Response | Exception | None) -> ErrorResolution:
        """The CDK's verdict, in the words of `source_mparticle.api.problems` where it is a failure."""
        resolution = super().interpret_response(response_or_exception)
        if not isinstance(response_or_exception, requests.Response):
            return resolution
        answer = response_or_exception
        if answer.status_code == problems.NOT_FOUND and self._no_rows_on_404:
            return ErrorResolution(ResponseAction.IGNORE, None, f"Nothing at {answer.url}: no rows for this name.")
        if answer.status_code in SKIPPABLE and self.optional:
            return ErrorResolution(ResponseAction.IGNORE, None, f"Skipped {answer.url}: HTTP {answer.status_code}.")
        problem = problem_of(answer, self.config["account_id"], self.grant)
        if problem and resolution.response_action == ResponseAction.FAIL:
            return ErrorResolution(ResponseAction.FAIL, failure_type(problem), str(problem))
        return resolution

    def warning(self, answer: requests.Response, stream: str) -> str | None:
        """What to tell the user of an answer that was passed over; None for one that holds what was asked for."""
        if self.optional and answer.status_code in SKIPPABLE:
            return problems.skipped(stream, answer.status_code, answer.url, self.grant)
        return None
