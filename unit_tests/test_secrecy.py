"""Neither a secret nor a record's value reaches a log."""

import pytest

from unit_tests.mparticle import AUDIENCES, TOKEN_URL, audience, read_streams, token_answer

SECRETS = ("a-very-secret-secret", "eyJ-the-token")


def everything_but_records(output) -> str:
    return "\n".join(
        str(message) for message in [*output.logs, *output.trace_messages, *output.state_messages, *output.errors]
    )


@pytest.mark.parametrize("debug", [False, True])
@pytest.mark.parametrize("answer", [{"json": [audience(name="Precious Customers")]}, {"status_code": 401}])
def test_no_secret_no_token_and_no_value_is_in_any_message(mparticle, config, answer, debug):
    config["client_secret"] = SECRETS[0]
    mparticle.post(TOKEN_URL, json=token_answer(SECRETS[1]))
    mparticle.get(AUDIENCES, **answer)
    output = read_streams(config, "audiences", fails="status_code" in answer, debug=debug)
    text = everything_but_records(output)
    assert "audiences" in text
    for hidden in (*SECRETS, "Precious Customers", "lapsed_buyers"):
        assert hidden not in text
