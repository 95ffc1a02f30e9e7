"""Helper: what the fork server of the tests imports and prepares before it forks a child for each command."""

import pytest

from integration_tests.prepared_manifests import remember_prepared_manifests
from source_mparticle import SourceMparticle

remember_prepared_manifests(pytest.MonkeyPatch())
SourceMparticle()
