"""A local mParticle: the documented HTTP of its APIs over seeded data, for tests, demos and first steps."""

from mparticle_sandbox.process import SandboxProcess

__all__ = ["SandboxProcess"]
