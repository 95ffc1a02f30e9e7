"""The custom components that `manifest.yaml` names: where declaring is not enough.

They translate between the CDK's interfaces and `source_mparticle.api`.
"""

from source_mparticle.components.extractor import EnvelopeExtractor, InnerListExtractor, SingleRecordExtractor
from source_mparticle.components.partition_routers import (
    AppPlatformPartitionRouter,
    AppServicePartitionRouter,
    ParentPartitionRouter,
    WorkspacePartitionRouter,
    WorkspaceServicePartitionRouter,
)
from source_mparticle.components.requester import PlatformRequester
from source_mparticle.components.transformations import (
    AudienceSnapshot,
    FromSlice,
    IntegerIds,
    JoinedKey,
    LowerCase,
    RedactKeys,
)

__all__ = [
    "AppPlatformPartitionRouter",
    "AppServicePartitionRouter",
    "AudienceSnapshot",
    "EnvelopeExtractor",
    "FromSlice",
    "InnerListExtractor",
    "IntegerIds",
    "JoinedKey",
    "LowerCase",
    "ParentPartitionRouter",
    "PlatformRequester",
    "RedactKeys",
    "SingleRecordExtractor",
    "WorkspacePartitionRouter",
    "WorkspaceServicePartitionRouter",
]
