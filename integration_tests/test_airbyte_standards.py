"""The CDK's standard connector tests, in process, against the sandbox."""

from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

import pytest
from airbyte_cdk.test.models import ConnectorTestScenario
from airbyte_cdk.test.standard_tests import SourceTestSuiteBase
from mparticle_sandbox import SandboxProcess
from mparticle_sandbox.testing import source_config

from source_mparticle import SourceMparticle

pytest_plugins = ["airbyte_cdk.test.standard_tests.pytest_hooks"]

ROOT = Path(__file__).resolve().parent.parent


class TestSuite(SourceTestSuiteBase):
    """Every test of the suite; a warning about the catalog is an error, as every warning is."""

    sandbox: ClassVar[SandboxProcess]

    @pytest.fixture(autouse=True)
    def against(self, sandbox: SandboxProcess) -> Iterator[None]:
        type(self).sandbox = sandbox
        yield
        del type(self).sandbox

    @classmethod
    def get_connector_root_dir(cls) -> Path:
        return ROOT

    @classmethod
    def create_connector(cls, scenario: ConnectorTestScenario | None) -> SourceMparticle:
        """The source with the scenario's configuration, at the address of the running sandbox."""
        config = scenario.get_config_dict(connector_root=ROOT, empty_if_missing=True) if scenario else {}
        addresses = {key: value for key, value in source_config(cls.sandbox).items() if key.endswith("_url")}
        return SourceMparticle(config={**config, **addresses} if config else None)
