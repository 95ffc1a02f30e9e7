"""For all tests: the connector before the CDK, as in its console script."""

import source_mparticle_exports  # noqa: F401 - it keeps what is not needed of the CDK out
