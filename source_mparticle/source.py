"""The source: `manifest.yaml`, with one token for all streams and a connection check of its own."""

import logging
from collections.abc import Iterator, Mapping, MutableMapping
from functools import cache
from pathlib import Path
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
from airbyte_cdk.utils.yaml_loader import safe_load_yaml

from source_mparticle import files
from source_mparticle.api.problems import MparticleError
from source_mparticle.components.traced import as_trace
from source_mparticle.configuration.sentences import unexpected_error
from source_mparticle.configuration.tidy import tidied
from source_mparticle.configuration.validation import problems_of, require_usable
from source_mparticle.connection_check import check_connection
from source_mparticle.profiles.offer import offered_streams
from source_mparticle.sync import one_sync


def manifest_path() -> Path:
    """Where `manifest.yaml` is: inside the package once installed, beside it in a checkout.

    Always absolute: the CDK would look a bare name up in the current directory first.
    """
    package = Path(__file__).resolve().parent
    installed, checkout = package / "manifest.yaml", package.parent / "manifest.yaml"
    return installed if installed.is_file() else checkout


_logger = logging.getLogger("airbyte")


@cache
def option_spec() -> Mapping[str, Any]:
    """The manifest's specification of the options, a JSON schema."""
    manifest: Mapping[str, Any] = safe_load_yaml(manifest_path().read_text(encoding="utf-8"))
    specification: Mapping[str, Any] = manifest["spec"]["connection_specification"]
    return specification


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
        # One with problems counts as none: the CDK fails on it in words of its own before any command says why.
        usable = tidied(config, option_spec()) if config and not problems_of(config, option_spec()) else None
        super().__init__(str(manifest_path()), catalog=catalog, config=usable, state=state, config_path=config_path)
        self._is_configured = bool(usable)
        self._selected = {configured.stream.name for configured in catalog.streams} if catalog else set()

    def configure(self, config: Mapping[str, Any], temp_dir: str) -> Mapping[str, Any]:  # noqa: ARG002
        """The configuration to use. Unlike the CDK's own, this leaves no copy of the secrets on the disk."""
        return self._config or tidied(config, option_spec())

    def check(self, logger: logging.Logger, config: Mapping[str, Any]) -> AirbyteConnectionStatus:  # noqa: ARG002
        """Try every API that the configuration asks for; the message of a failure is a sentence for the user."""
        try:
            for note in check_connection(self._configured_with(config)._config):  # noqa: SLF001 - of this class too
                _logger.info(note)
        except MparticleError as problem:
            return AirbyteConnectionStatus(status=Status.FAILED, message=str(problem))
        except Exception as error:  # noqa: BLE001 - a check always ends with a status
            return AirbyteConnectionStatus(status=Status.FAILED, message=unexpected_error(error))
        return AirbyteConnectionStatus(status=Status.SUCCEEDED)

    def discover(self, logger: logging.Logger, config: Mapping[str, Any]) -> AirbyteCatalog:
        """The catalog of all streams; asks mParticle nothing."""
        with as_trace():
            configured = self._configured_with(config)
        return super(SourceMparticle, configured).discover(logger, config)

    def read(
        self,
        logger: logging.Logger,
        config: Mapping[str, Any],
        catalog: ConfiguredAirbyteCatalog,
        state: list[AirbyteStateMessage] | None = None,
    ) -> Iterator[AirbyteMessage]:
        """Read the catalog's streams."""
        with as_trace():
            configured = self._configured_with(config, catalog, state)
        yield from super(SourceMparticle, configured).read(logger, config, catalog, state)

    @staticmethod
    def read_config(config_path: str) -> MutableMapping[str, Any]:
        """The configuration in a file. Raises the trace of a file that cannot be used, as the next two do."""
        with as_trace():
            return files.read_config(config_path)

    @classmethod
    def read_catalog(cls, catalog_path: str) -> ConfiguredAirbyteCatalog:
        """The configured catalog in a file."""
        with as_trace():
            return files.read_catalog(catalog_path)

    @classmethod
    def read_state(cls, state_path: str) -> list[AirbyteStateMessage]:
        """The state messages in a file; none where no file is named."""
        with as_trace():
            return files.read_state(state_path) if state_path else []

    def streams(self, config: Mapping[str, Any]) -> list[AbstractStream]:
        """The manifest's streams and those that are look-ups, built to share one token and each other's answers."""
        with one_sync(self._config):
            looked_up = offered_streams(self._config, self._selected, self._message_repository)
            return [*super().streams(config), *looked_up]

    def _stream_configs(self, manifest: Mapping[str, Any]) -> list[dict[str, Any]]:
        """The streams to build: those of the catalog, where there is one, because building takes time."""
        declared = super()._stream_configs(manifest)
        return [stream for stream in declared if not self._selected or stream["name"] in self._selected]

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
