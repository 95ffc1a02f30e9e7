"""Configurations to begin with, and what is wrong with others."""

import re
from typing import Any

import pytest

from destination_mparticle.config import parse_config

MINIMAL = {"api_key": "the-api-key", "api_secret": "the-secret", "pod": "EU1", "environment": "development"}
PLATFORM = {"client_id": "a-client-id", "client_secret": "a-secret", "account_id": "1201"}
S3 = {"storage_type": "S3", "s3_bucket_name": "rejects"}


def errors(raw: dict[str, Any]) -> str:
    """The sentences, one on a line."""
    with pytest.raises(Exception, match=r"must|missing") as error:
        parse_config(raw)
    assert "very-private" not in str(error.value)
    return re.sub(r"\. (?=[A-Z])", ".\n", str(error.value))
