"""Sends a stream's requests to the Platform API."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import requests
from airbyte_cdk.sources.declarative.requesters.http_requester import HttpRequester
from airbyte_cdk.sources.declarative.requesters.request_options.interpolated_request_options_provider import (
    InterpolatedRequestOptionsProvider,
)
from airbyte_cdk.sources.streams.http.exceptions import BaseBackoffException
from airbyte_cdk.utils.traced_exception import AirbyteTracedException

from source_mparticle.api.answers import problem_of
from source_mparticle.api.problems import MparticleError, unreachable
from source_mparticle.components.error_handler import PlatformErrorHandler
from source_mparticle.components.traced import as_trace
from source_mparticle.sync import Sync

_logger = logging.getLogger("airbyte")
# At debug level the CDK's requesters log whole bodies, and so record values. Theirs is the only logger held back.
logging.getLogger("airbyte.HttpRequester").setLevel(logging.INFO)


@dataclass
class PlatformRequester(HttpRequester):
    """The CDK's requester, with answers that several streams can share.

    `shared: true` says that more than one stream needs this resource: it is then requested once per sync, whichever
    stream comes first. The CDK's own cache does not do that for streams that are read at the same time.
    """

    request_parameters: Mapping[str, str] | None = None
    shared: bool = False

    def __post_init__(self, parameters: Mapping[str, Any]) -> None:
        self.request_options_provider = InterpolatedRequestOptionsProvider(
            config=self.config, parameters=parameters, request_parameters=self.request_parameters
        )
        self._once = Sync.of(self.config).once
        super().__post_init__(parameters)

    def send_request(self, **options: Any) -> requests.Response | None:  # type: ignore[override]
        """Send, or take the answer another stream already has. Raises what the error handler decided on."""
        url = self.get_url(stream_slice=options.get("stream_slice"))
        answer = self._once.do(url, lambda: self._send(**options)) if self.shared else self._send(**options)
        if answer is not None and isinstance(self.error_handler, PlatformErrorHandler):
            warning = self.error_handler.warning(answer, self.name)
            if warning:
                # Once for each stream and status: a thousand partitions may meet the same answer.
                self._once.do((self.name, answer.status_code), lambda: _logger.warning(warning))
        return answer

    def _send(self, **options: Any) -> requests.Response | None:
        try:
            return super().send_request(**options)
        except AirbyteTracedException as error:
            # The CDK chains the last failure when it gives up trying again.
            if isinstance(error.__context__, BaseBackoffException):
                url = self.get_url(stream_slice=options.get("stream_slice"))
                with as_trace():
                    raise self._why_it_gave_up(error.__context__.response, url) from error
            # Airbyte's closing summary shows the internal message, into which the CDK puts the whole answer.
            error.internal_message = error.message
            error.args = (error.message,)
            raise

    def _why_it_gave_up(self, last_answer: requests.Response | None, url: str) -> MparticleError:
        problem = None if last_answer is None else problem_of(last_answer, self.config["account_id"])
        return problem or unreachable(url, "API URL")
