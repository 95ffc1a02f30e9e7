"""Helper: what the fork server of the tests imports and prepares before it forks a child for each command."""

import logging

import pytest
from mparticle_sandbox.testing import source_config

import source_mparticle.commands
import source_mparticle.run  # noqa: F401 - imported for the children
from integration_tests.prepared_manifests import remember_prepared_manifests
from source_mparticle import SourceMparticle

remember_prepared_manifests(pytest.MonkeyPatch())
# The CDK imports what the manifest names once the streams are built, which asks for nothing.
SourceMparticle().discover(logging.getLogger("airbyte"), source_config())
