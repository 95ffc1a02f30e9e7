"""No secret is in what people read, and no secret, however odd, harms a message."""

import base64
import io
import json
import logging
import re
from collections.abc import Iterator

import pytest

from destination_mparticle.error_report import report
from destination_mparticle.errors import ConfigError
from destination_mparticle.options import secrets
from destination_mparticle.protocol import outgoing
from destination_mparticle.protocol.output import Output, log_to, mask, mask_secrets

KEY, SECRET = "us1/key+of&ours", "se cret/with=odd?characters"


@pytest.fixture(autouse=True)
def _masked() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    mask_secrets(secrets({"api_key": KEY, "api_secret": SECRET}))
    yield
    mask_secrets(())
    root.handlers = handlers
    root.setLevel(level)


@pytest.mark.parametrize("secret", ["e", "type", "STATUS", '"', "{", "O", "message", "\\", "us"])
def test_a_short_secret_leaves_keys_and_syntax_of_messages_as_they_are(secret: str) -> None:
    mask_secrets([secret])
    out = io.BytesIO()

    Output(out).message(outgoing.connection_status([f"The secret {secret} is refused."]))
    Output(out).message(outgoing.error_trace(report(ConfigError(f"is {secret}, type e")), 1))

    status, trace = map(json.loads, out.getvalue().splitlines())
    assert status == {
        "type": "CONNECTION_STATUS",
        "connectionStatus": {"status": "FAILED", "message": "The secret **** is refused."},
    }
    assert trace["type"] == "TRACE"
    assert trace["trace"]["error"]["message"].startswith("is ****, ")


def test_a_short_secret_is_masked_only_where_it_is_a_whole_word() -> None:
    mask_secrets(["us1"])
    assert mask("us1: status1 of us1, us10") == "****: status1 of ****, us10"


def test_a_long_secret_is_masked_inside_of_words_too() -> None:
    mask_secrets(["long-enough"])
    assert mask("keylong-enoughkey") == "key****key"


@pytest.mark.parametrize(
    "form",
    [
        SECRET,
        "se%20cret%2Fwith%3Dodd%3Fcharacters",
        "se+cret%2Fwith%3Dodd%3Fcharacters",
        "se%20cret/with%3Dodd%3Fcharacters",
        base64.b64encode(SECRET.encode()).decode(),
        base64.b64encode(f"{KEY}:{SECRET}".encode()).decode(),
    ],
)
def test_credentials_are_masked_in_addresses_and_in_basic_headers(form: str) -> None:
    assert mask(f"Authorization: Basic {form}, /v2?s={form}") == "Authorization: Basic ****, /v2?s=****"


def test_logs_of_every_level_are_messages_without_secrets() -> None:
    out = io.BytesIO()
    log_to(Output(out), logging.DEBUG)

    logging.getLogger("airbyte").debug("GET /x?key=%s", SECRET, extra={"header": SECRET})
    logging.getLogger("airbyte").error("refused", exc_info=ValueError(SECRET))

    debug, error = map(json.loads, out.getvalue().splitlines())
    assert debug == {"type": "LOG", "log": {"level": "DEBUG", "message": "GET /x?key=****"}}
    assert error["log"]["level"] == "ERROR"
    assert "ValueError: ****" in error["log"]["message"]


def test_of_a_librarys_warnings_only_the_place_is_told_and_only_once() -> None:
    out = io.BytesIO()
    log_to(Output(out), logging.DEBUG)

    for value in ("ann@example.com", "bob@example.com"):
        logging.getLogger("urllib3.connectionpool").debug("GET /x?id=%s", value)
        logging.getLogger("urllib3.connectionpool").warning("Bad header: %s", value, exc_info=ValueError(value))

    (line,) = map(json.loads, out.getvalue().splitlines())
    assert line["log"]["level"] == "WARN"
    assert re.fullmatch(
        r"The library urllib3.connectionpool logged something at test_secrecy.py:\d+. It is not shown, because it may "
        "quote records or secrets.",
        line["log"]["message"],
    )


def test_a_text_that_is_no_unicode_is_told_all_the_same_and_without_secrets() -> None:
    out = io.BytesIO()

    Output(out).message(outgoing.error_trace(report(ConfigError(f"The path `\udcff{SECRET}` is odd.")), 1))

    assert json.loads(out.getvalue())["trace"]["error"]["message"] == "The path `\\udcff****` is odd."
