"""The source: `manifest.yaml`, with one token for all streams and a connection check of its own."""

import logging
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, MutableMapping, Sequence
from typing import Any

from airbyte_cdk.models import (
    AirbyteCatalog,
    AirbyteConnectionStatus,
    AirbyteMessage,
    AirbyteStateMessage,
    ConfiguredAirbyteCatalog,
    Status,
)
from airbyte_cdk.sources.declarative.yaml_declarative_source import YamlDeclarativeSource
from airbyte_cdk.sources.streams.concurrent.abstract_stream import AbstractStream
from airbyte_cdk.utils.airbyte_secrets_utils import add_to_secrets

from source_mparticle import files, sync_files
from source_mparticle.api.errors import (
    ConfigurationError,
    not_offered,
    selected_twice,
    unknown_stream,
)
from source_mparticle.configuration.normalization import normalized
from source_mparticle.configuration.options import Options
from source_mparticle.configuration.validation import is_usable, require_usable
from source_mparticle.connection_check import check_failure
from source_mparticle.failures import Failures, all_ended
from source_mparticle.incremental.read_request import ReadRequest
from source_mparticle.incremental.stream import incremental_stream
from source_mparticle.manifest import manifest_path, option_spec
from source_mparticle.profiles.options import ProfileOptions
from source_mparticle.streams.failing import FailingStream
from source_mparticle.streams.profile_streams import PROFILE_STREAMS, profile_streams
from source_mparticle.sync import one_sync
from source_mparticle.traced_errors import traced_errors


class SourceMparticle(YamlDeclarativeSource):
    """Reads mParticle's Platform API.

    The CDK uses only the configuration given to the constructor. Generic tools build a source without one and pass it
    to each command, so every command goes to a source that was built with what it was given.
    """

    def __init__(
        self,
        catalog: ConfiguredAirbyteCatalog | None = None,
        config: Mapping[str, Any] | None = None,
        state: list[AirbyteStateMessage] | None = None,
        config_path: str | None = None,
    ) -> None:
        # An invalid one counts as none: the CDK would fail on it with a message of its own.
        usable = normalized(config, option_spec()) if config and is_usable(config, option_spec()) else None
        # Without the state: the CDK's cursors would take it in a full refresh too, and fail on what they cannot read.
        super().__init__(str(manifest_path()), catalog=catalog, config=usable, config_path=config_path)
        self._is_configured = bool(usable)
        self._read_request = ReadRequest.of(catalog, state)

    def configure(self, config: Mapping[str, Any], temp_dir: str) -> Mapping[str, Any]:  # noqa: ARG002
        """The configuration to use. Unlike the CDK's own, this leaves no copy of the secrets on the disk."""
        return self._config or normalized(config, option_spec())

    def check(self, logger: logging.Logger, config: Mapping[str, Any]) -> AirbyteConnectionStatus:  # noqa: ARG002
        """Try every API that the configuration asks for; the message of a failure is a sentence for the user."""
        failure = check_failure(config, option_spec(), add_to_secrets)
        return AirbyteConnectionStatus(status=Status.FAILED if failure else Status.SUCCEEDED, message=failure)

    def discover(self, logger: logging.Logger, config: Mapping[str, Any]) -> AirbyteCatalog:
        """The catalog of all streams; asks mParticle nothing."""
        with traced_errors():
            configured = self._configured_with(config)
        return super(SourceMparticle, configured).discover(logger, config)

    def read(
        self,
        logger: logging.Logger,
        config: Mapping[str, Any],
        catalog: ConfiguredAirbyteCatalog,
        state: list[AirbyteStateMessage] | None = None,
    ) -> Iterator[AirbyteMessage]:
        """Read the catalog's streams; a failure of one is a trace of its own and lets the others go on."""
        selected = [each.stream.name for each in catalog.streams]
        twice = sorted(name for name, times in Counter(selected).items() if times > 1)
        with traced_errors():
            configured = self._configured_with(config, catalog, state)
            if twice:
                raise selected_twice(twice)
        configured._read_request = ReadRequest.of(catalog, state)  # noqa: SLF001 - another instance of this class
        messages = super(SourceMparticle, configured).read(logger, config, catalog, state)
        yield from Failures(configured.logger).once(all_ended(messages, selected))

    @staticmethod
    def read_config(config_path: str) -> MutableMapping[str, Any]:
        """The configuration in a file. Raises the trace of a file that cannot be used, as the next two do."""
        with traced_errors():
            return files.read_config(config_path)

    @classmethod
    def read_catalog(cls, catalog_path: str) -> ConfiguredAirbyteCatalog:
        """The configured catalog in a file."""
        with traced_errors():
            return sync_files.read_catalog(catalog_path)

    @classmethod
    def read_state(cls, state_path: str) -> list[AirbyteStateMessage]:
        """The state messages in a file; none where no file is named."""
        with traced_errors():
            return sync_files.read_state(state_path) if state_path else []

    def streams(self, config: Mapping[str, Any]) -> list[AbstractStream]:
        """The manifest's streams and those that are look-ups, built to share one token and each other's responses.

        A selected stream that is not among them is one that fails.
        """
        with one_sync(self._config):
            looked_up = profile_streams(self._config, self._read_request.modes, self._message_repository)
            offered = [*self._with_their_cursors(super().streams(config)), *looked_up]
        return [*offered, *self._failing({stream.name for stream in offered})]

    def _stream_configs(self, manifest: Mapping[str, Any]) -> list[dict[str, Any]]:
        """The streams to build: those of the catalog, where there is one, because building takes time.

        The CDK builds them without their cursors, so that each reads all of its rows.
        """
        selected = self._read_request.modes
        declared = super()._stream_configs(manifest)
        return [
            {key: value for key, value in stream.items() if key != "incremental_sync"}
            for stream in declared
            if not selected or stream["name"] in selected
        ]

    def _with_their_cursors(self, streams: list[AbstractStream]) -> Iterator[AbstractStream]:
        declared = {each["name"]: each.get("incremental_sync") for each in super()._stream_configs(self._source_config)}
        for stream in streams:
            cursor = declared[stream.name]
            yield (
                incremental_stream(stream, cursor, self._read_request, self._options, self._message_repository)
                if cursor
                else stream
            )

    def _failing(self, offered: Collection[str]) -> list[AbstractStream]:
        missing = [name for name in self._read_request.modes if name not in offered]
        needs = {stream.stream: ProfileOptions.missing(self._config) for stream in PROFILE_STREAMS}
        for component in self._source_config["streams"]:
            needs |= {stream["name"]: component["needs"] for stream in component.get("streams", ())}
        return [FailingStream(name, self._why_failing(name, needs), self._message_repository) for name in missing]

    def _why_failing(self, name: str, needs: Mapping[str, Sequence[str]]) -> ConfigurationError:
        if name not in needs:
            return unknown_stream(name)
        return not_offered(name, [self._options.named(option) for option in needs[name]])

    @property
    def _options(self) -> Options:
        return Options(self._config, self._source_config["spec"]["connection_specification"])

    def _configured_with(
        self,
        config: Mapping[str, Any],
        catalog: ConfiguredAirbyteCatalog | None = None,
        state: list[AirbyteStateMessage] | None = None,
    ) -> "SourceMparticle":
        if self._is_configured:
            return self
        require_usable(config, option_spec())
        return type(self)(catalog, config, state)
