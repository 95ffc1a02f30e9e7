"""Airbyte source that reads what mParticle exports to object storage."""

from source_mparticle_exports import cdk_without_documents

# Before anything imports the CDK's file-based framework.
cdk_without_documents.prepare()
