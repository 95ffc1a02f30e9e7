"""Questions about the token endpoint."""

from typing import Any

from mparticle_sandbox.probe.observation import LIFETIMES_S
from mparticle_sandbox.probe.question import (
    CannotMirror,
    Decision,
    Observed,
    Question,
    SettingChanges,
    Undecided,
    decide_status,
    observation_of,
    one_of,
    status_of,
)

_OK = 200


def _lifetime(observed: Observed) -> Decision:
    observation = observation_of(observed, "token")
    if observation.lifetime_s is None:
        raise Undecided(f"token: answered {observation.status} without a lifetime from one second to ten years")
    return Decision(observation.lifetime_s, 28_800)


def _mirror_lifetime(seconds: Any) -> SettingChanges:
    if type(seconds) is not int or seconds not in LIFETIMES_S:
        raise TypeError
    return {"token_lifetime_s": seconds}


def _form(observed: Observed) -> Decision:
    return Decision("taken" if status_of(observed, "token_from_form") == _OK else "refused", "taken")


def _mirror_form(answer: Any) -> SettingChanges:
    return {"form_tokens": one_of(answer, "taken", "refused") == "taken"}


def _mirror_wrong_secret(status: Any) -> SettingChanges:
    if status == _OK:
        raise CannotMirror
    return {"statuses": {"wrong_secret": status}}


def _wrong_secret_body(observed: Observed) -> Decision:
    status_of(observed, "token_for_wrong_secret")
    return Decision(observation_of(observed, "token_for_wrong_secret").body, "error and error_description")


TOKENS = (
    Question(
        "2.1 lifetime",
        "How many seconds is a token valid?",
        "28800, in the answer's expires_in.",
        "The sandbox issues tokens of 28800 seconds; the connectors obey expires_in.",
        _lifetime,
        _mirror_lifetime,
    ),
    Question(
        "16.6 form",
        "Does the token endpoint take a form-encoded body?",
        "Only JSON is shown; mParticle's own test code sends a form.",
        "The sandbox takes both; the connectors send JSON.",
        _form,
        _mirror_form,
    ),
    Question(
        "16.6 audience",
        "Which status has a token request with the host of a pod as audience?",
        "Nothing; one client met 403.",
        "The sandbox answers 403; the connectors always send the same audience.",
        decide_status("token_for_pod", 403),
    ),
    Question(
        "2.1 wrong secret",
        "Which status has a token request with a wrong secret?",
        "Nothing; 401 is how Auth0, which hosts the endpoint, does it.",
        "The sandbox answers 401; the connectors say of a refusal that it may be the credentials.",
        decide_status("token_for_wrong_secret", 401),
        _mirror_wrong_secret,
    ),
    Question(
        "2.1 body of a refusal",
        "What is the body of a refused token request?",
        "Nothing; error and error_description are how Auth0 does it.",
        "The sandbox answers with both; the connectors decide by the status.",
        _wrong_secret_body,
    ),
)
