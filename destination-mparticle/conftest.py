"""For all tests of the destination: the fixtures of the sandbox's test kit, where the sandbox is installed."""

from importlib.util import find_spec

pytest_plugins = ["mparticle_sandbox.testing.plugin"] if find_spec("mparticle_sandbox") else []
