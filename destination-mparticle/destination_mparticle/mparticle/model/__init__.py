"""The shape of a batch, as mParticle's published Events API schema has it.

The types are used to check, not to carry data: a batch stays the plain mapping that it is. Differences from the
published schema (draft-07) are listed in the connector's documentation. Names follow the schema's own.
"""

from destination_mparticle.mparticle.model.batch import BatchModel

__all__ = ["BatchModel"]
