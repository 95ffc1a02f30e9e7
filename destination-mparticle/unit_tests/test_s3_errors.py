"""What an error of a bucket is called, and which ones may pass."""

import asyncio

import pytest
from botocore.exceptions import (  # type: ignore[import-untyped]
    BotoCoreError,
    ClientError,
    ConnectTimeoutError,
    EndpointConnectionError,
    NoCredentialsError,
    ReadTimeoutError,
    SSLError,
)
from s3fs.errors import translate_boto_error  # type: ignore[import-untyped]

from destination_mparticle.tracking.s3_errors import kind_of, may_pass

ADDRESS = "https://storage.example.com"


def response(status: int, code: str) -> Exception:
    """The error that the file system makes of a response."""
    body = {"Error": {"Code": code, "Message": "an-access-key"}, "ResponseMetadata": {"HTTPStatusCode": status}}
    error = translate_boto_error(ClientError(body, "PutObject"))
    assert isinstance(error, Exception)
    return error


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (response(500, "InternalError"), "OSError, InternalError"),
        (response(503, "SlowDown"), "OSError, SlowDown"),
        (response(504, "an-access-key"), "OSError, 504"),
        (response(504, "Canary"), "OSError, 504"),
        (response(400, "RequestTimeout"), "TimeoutError, RequestTimeout"),
        (ReadTimeoutError(endpoint_url=ADDRESS), "ReadTimeoutError"),
        (ConnectTimeoutError(endpoint_url=ADDRESS), "ConnectTimeoutError"),
        (EndpointConnectionError(endpoint_url=ADDRESS), "EndpointConnectionError"),
        (asyncio.TimeoutError(), "TimeoutError"),
    ],
)
def test_a_server_that_fails_is_slow_or_is_not_reached_may_work_later(error: Exception, kind: str) -> None:
    assert may_pass(error)
    assert kind_of(error) == kind


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (response(403, "InvalidAccessKeyId"), "PermissionError, InvalidAccessKeyId"),
        (response(404, "NoSuchBucket"), "FileNotFoundError, NoSuchBucket"),
        (response(301, "PermanentRedirect"), "OSError, PermanentRedirect"),
        (response(501, "NotImplemented"), "OSError, NotImplemented"),
        (response(418, "Canary"), "OSError, 418"),
        (NoCredentialsError(), "NoCredentialsError"),
        (SSLError(endpoint_url=ADDRESS, error="x"), "SSLError"),
        (BotoCoreError(), "BotoCoreError"),
        (ValueError("an-access-key"), "ValueError"),
    ],
)
def test_credentials_names_and_certificates_stay_wrong(error: Exception, kind: str) -> None:
    assert not may_pass(error)
    assert kind_of(error) == kind
