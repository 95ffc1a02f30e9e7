"""mParticle's published schema of the Events API, as a digest in a form of our own, for tests.

The schema's text belongs to mParticle and is not part of this repository. `digest.txt` states its rules, and the
tests make what they need from it. The sandbox itself does not use it: its checks follow the documentation and are
tested against it.
"""

from mparticle_sandbox.published_schema.digest import published_schema, schema_of
from mparticle_sandbox.published_schema.examples import UUID, VARIANTS, whole_batches, whole_sample
from mparticle_sandbox.published_schema.originals import SAMPLE, SCHEMA

__all__ = ["SAMPLE", "SCHEMA", "UUID", "VARIANTS", "published_schema", "schema_of", "whole_batches", "whole_sample"]
