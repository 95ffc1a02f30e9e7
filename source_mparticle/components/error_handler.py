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


@dataclass
class PlatformErrorHandler(DefaultErrorHandler):
    """The CDK's handler (429, 5xx and lost connections are tried again), in mParticle's words where it gives up.

    `no_rows_on_404` is a condition on the config under which a 404 stands for a list without rows.
    """

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
        problem = problem_of(answer, self.config["account_id"])
        if problem and resolution.response_action == ResponseAction.FAIL:
            return ErrorResolution(ResponseAction.FAIL, failure_type(problem), str(problem))
        return resolution
