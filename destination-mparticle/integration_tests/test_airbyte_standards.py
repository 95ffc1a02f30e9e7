from pathlib import Path
from typing import Any

from airbyte_cdk.test.standard_tests import DestinationTestSuiteBase

from destination_mparticle import DestinationMparticle

pytest_plugins = ["airbyte_cdk.test.standard_tests.pytest_hooks"]
ROOT = Path(__file__).resolve().parent.parent


class TestSuite(DestinationTestSuiteBase):
    """Airbyte's own tests for a destination."""

    @classmethod
    def get_connector_root_dir(cls) -> Any:
        return ROOT

    @classmethod
    def create_connector(cls, scenario: Any) -> Any:  # noqa: ARG003 - the signature is theirs
        return DestinationMparticle()
