"""What the commands print is what the CDK's models read."""

import pytest
from airbyte_cdk.models import AirbyteMessageSerializer

from destination_mparticle.error_report import report
from destination_mparticle.errors import ConfigError
from destination_mparticle.options import specification
from destination_mparticle.protocol import outgoing

DEFAULTS = {"supportsNormalization": False, "supportsDBT": False}


@pytest.mark.parametrize(
    "message",
    [
        outgoing.connection_status([]),
        outgoing.connection_status(["One.", "Two."]),
        *(outgoing.log(level, "text") for level in ("FATAL", "ERROR", "WARN", "INFO", "DEBUG")),
        outgoing.error_trace(report(ConfigError("One.")), 1_700_000_000_000),
        outgoing.error_trace(report(ValueError("two")), 1_700_000_000_000),
        outgoing.spec({**DEFAULTS, **specification()}),
    ],
    ids=lambda message: message["type"].lower(),
)
def test_airbytes_models_read_every_message_and_lose_nothing_of_it(message: outgoing.Message) -> None:
    assert AirbyteMessageSerializer.dump(AirbyteMessageSerializer.load(message)) == message


def test_a_check_says_all_that_is_wrong_in_one_message() -> None:
    status = outgoing.connection_status(["One.", "Two."])["connectionStatus"]
    assert status == {"status": "FAILED", "message": "One. Two."}
