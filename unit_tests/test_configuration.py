"""Every configuration error names the option, what it must be and what it is, and shows nothing that is private."""

import logging
import math
import re
from typing import Any

import pytest

from source_mparticle.configuration.normalization import normalized
from source_mparticle.configuration.validation import errors_in, is_mpid
from source_mparticle.manifest import option_spec
from source_mparticle.source import SourceMparticle

SPEC = option_spec()
SECRET = "hunter2-the-secret"
IDENTITY = "customer-of-ours"
MINIMAL: dict[str, Any] = {"client_id": "a-client-id", "client_secret": SECRET, "account_id": "1201"}
LEFT_OUT = ...

ACCOUNT = 'Account ID (`account_id`) must be a number written as text, such as "1201"; '
WORKSPACES = (
    'Workspace IDs (`workspace_ids`) must be a list, each entry a number written as text, such as ["5318", "5319"]; '
)
ORGANIZATION = 'Organization ID (`org_id`) must be a number written as text, such as "77"; '
NAME = 'Calculated Attribute Name (`calculated_attribute_name`) must be a name, such as "orders_90d"; '
SECRETS = {
    "client_id": "Client ID (`client_id`) must be the client ID that mParticle shows under "
    "Settings > API Credentials; ",
    "client_secret": "Client Secret (`client_secret`) must be the client secret that mParticle shows once under "
    "Settings > API Credentials; ",
}
WORKERS = "Number of Workers (`num_workers`) must be a whole number from 2 to 20 without quotes; "
MASK_KEYS = "Mask Keys (`redact_keys`) must be true or false without quotes; "
PROFILES = (
    "User Profiles (`profiles`) must be an object of options, such as "
    '{"workspace_id": "5318", "identities": ["4215766854386214223"]}; '
)
WORKSPACE = 'Workspace ID (`profiles.workspace_id`) must be a number written as text, such as "5318"; '
TYPE = "Identity Type (`profiles.identity_type`) must be one of mpid, customer_id, "
ENVIRONMENT = "Environment (`profiles.environment`) must be one of production, development; "
IDENTITIES = (
    "Identities (`profiles.identities`) must be a list, each entry an identity as text, such as "
    '["4215766854386214223"]; '
)
NO_MPID = (
    "Identities (`profiles.identities`) must be whole numbers of 64 bits written as text, because "
    "Identity Type (`profiles.identity_type`) is mpid; "
)
CSV_COLUMN = 'CSV Column (`profiles.csv_column`) must be text, such as "mpid"; '
NEEDED = "it is missing, and User Profiles (`profiles`) names users who cannot be looked up without it."

# What differs from a usable configuration, and the sentence about it.
TEXT: list[tuple[dict[str, Any], str]] = [
    *(({name: LEFT_OUT}, f"{must}it is missing.") for name, must in SECRETS.items()),
    *(({name: None}, f"{must}it is null.") for name, must in SECRETS.items()),
    *(({name: ""}, f"{must}it is empty.") for name, must in SECRETS.items()),
    *(({name: " \t"}, f"{must}it holds only spaces.") for name, must in SECRETS.items()),
    *(({name: "abc\n"}, f"{must}it begins or ends with a space or a line break.") for name, must in SECRETS.items()),
    *(({name: 12345}, f"{must}it is a number without quotes.") for name, must in SECRETS.items()),
    *(({name: ["abc"]}, f"{must}it is a list.") for name, must in SECRETS.items()),
    *(({name: "two\nlines"}, f"{must}it has another form.") for name, must in SECRETS.items()),
    *(({name: "seven77"}, f"{must}it is shorter than 8 characters.") for name, must in SECRETS.items()),
    ({"account_id": LEFT_OUT}, f"{ACCOUNT}it is missing."),
    ({"account_id": None}, f"{ACCOUNT}it is null."),
    ({"account_id": ""}, f"{ACCOUNT}it is empty."),
    ({"account_id": "   "}, f"{ACCOUNT}it holds only spaces."),
    ({"account_id": " 1201"}, f"{ACCOUNT}it begins or ends with a space or a line break."),
    ({"account_id": "1201\n"}, f"{ACCOUNT}it begins or ends with a space or a line break."),
    ({"account_id": 1201}, f"{ACCOUNT}it is a number without quotes."),
    ({"account_id": 1201.5}, f"{ACCOUNT}it is a number without quotes."),
    ({"account_id": math.nan}, f"{ACCOUNT}it is a number without quotes."),
    ({"account_id": True}, f"{ACCOUNT}it is true."),
    ({"account_id": ["1201"]}, f"{ACCOUNT}it is a list."),
    ({"account_id": {"id": "1201"}}, f"{ACCOUNT}it is an object."),
    ({"account_id": "north"}, f'{ACCOUNT}it is "north".'),
    ({"account_id": "-1"}, f'{ACCOUNT}it is "-1".'),
    ({"account_id": "1_201"}, f'{ACCOUNT}it is "1_201".'),
    ({"account_id": "\uff11\uff12"}, f'{ACCOUNT}it is "\uff11\uff12".'),
    ({"account_id": "\ud800"}, f'{ACCOUNT}it is "?".'),
    ({"account_id": 'a"b'}, f'{ACCOUNT}it is "a\\"b".'),
    ({"account_id": "9" * 50}, f"{ACCOUNT}it is 50 characters long."),
    ({"account_id": "abcde fghij " * 3}, f"{ACCOUNT}it begins or ends with a space or a line break."),
    ({"account_id": "ann@example.com"}, f"{ACCOUNT}it has another form."),
    ({"account_id": SECRET}, f"{ACCOUNT}it has another form."),
    ({"org_id": 77}, f"{ORGANIZATION}it is a number without quotes."),
    ({"org_id": "seventy"}, f'{ORGANIZATION}it is "seventy".'),
    ({"org_id": " "}, f"{ORGANIZATION}it holds only spaces."),
    ({"org_id": ["77"]}, f"{ORGANIZATION}it is a list."),
    ({"calculated_attribute_name": 5}, f"{NAME}it is a number without quotes."),
    ({"calculated_attribute_name": ["a"]}, f"{NAME}it is a list."),
    ({"calculated_attribute_name": " "}, f"{NAME}it holds only spaces."),
]
LISTS: list[tuple[dict[str, Any], str]] = [
    ({"workspace_ids": "5318"}, f'{WORKSPACES}it is the text "5318".'),
    ({"workspace_ids": 5318}, f"{WORKSPACES}it is a number without quotes."),
    ({"workspace_ids": {"0": "5318"}}, f"{WORKSPACES}it is an object."),
    ({"workspace_ids": [5318]}, f"{WORKSPACES}entry 1 is a number without quotes."),
    ({"workspace_ids": [""]}, f"{WORKSPACES}entry 1 is empty."),
    ({"workspace_ids": ["5318", " 5319"]}, f"{WORKSPACES}entry 2 begins or ends with a space or a line break."),
    ({"workspace_ids": [["5318"]]}, f"{WORKSPACES}entry 1 is a list."),
    ({"workspace_ids": [None, "north", 7]}, f"{WORKSPACES}entry 1 is null, and 2 more are wrong."),
    ({"workspace_ids": ["5318,5319"]}, f'{WORKSPACES}entry 1 is "5318,5319".'),
]
REST: list[tuple[dict[str, Any], str]] = [
    ({"num_workers": 0}, f"{WORKERS}it is 0."),
    ({"num_workers": 1}, f"{WORKERS}it is 1."),
    ({"num_workers": 21}, f"{WORKERS}it is 21."),
    ({"num_workers": -8}, f"{WORKERS}it is -8."),
    ({"num_workers": 10**60}, f"{WORKERS}it is 1{'0' * 39}…."),
    ({"num_workers": 2.5}, f"{WORKERS}it is 2.5."),
    ({"num_workers": math.nan}, f"{WORKERS}it is NaN."),
    ({"num_workers": math.inf}, f"{WORKERS}it is Infinity."),
    ({"num_workers": "8"}, f'{WORKERS}it is the text "8".'),
    ({"num_workers": True}, f"{WORKERS}it is true."),
    ({"num_workers": [8]}, f"{WORKERS}it is a list."),
    ({"redact_keys": "yes"}, f'{MASK_KEYS}it is the text "yes".'),
    ({"redact_keys": 0}, f"{MASK_KEYS}it is 0."),
]
IN_PROFILES: list[tuple[dict[str, Any], str]] = [
    ({"profiles": "5318"}, f'{PROFILES}it is the text "5318".'),
    ({"profiles": ["5318"]}, f"{PROFILES}it is a list."),
    ({"profiles": [{"workspace_id": "5318"}]}, f"{PROFILES}it is a list."),
    ({"profiles": 5318}, f"{PROFILES}it is a number without quotes."),
    ({"profiles": {"workspace_id": 5318}}, f"{WORKSPACE}it is a number without quotes."),
    ({"profiles": {"workspace_id": "north"}}, f'{WORKSPACE}it is "north".'),
    ({"profiles": {"environment": "prod"}}, f'{ENVIRONMENT}it is "prod".'),
    ({"profiles": {"identity_type": {"type": "mpid"}}}, "it is an object."),
    ({"profiles": {"identity_type": "mpids"}}, TYPE),
    ({"org_id": "77", "profiles": {"identities": ["1"]}}, WORKSPACE + NEEDED),
    ({"org_id": "77", "profiles": {"workspace_id": None, "csv_url": "/x.csv"}}, WORKSPACE + NEEDED),
    ({"profiles": {"workspace_id": "5318", "identities": ["1"]}}, ORGANIZATION + NEEDED),
    ({"org_id": "", "profiles": {"workspace_id": "5318", "csv_url": "s3://b/x.csv"}}, ORGANIZATION + NEEDED),
]
USERS: list[tuple[Any, str]] = [
    ("4215", f"{IDENTITIES}it has another form."),
    ([4215], f"{IDENTITIES}entry 1 is a number without quotes."),
    ([""], f"{IDENTITIES}entry 1 is empty."),
    ([None, 1], f"{IDENTITIES}entry 1 is null, and 1 more are wrong."),
    ([["1"]], f"{IDENTITIES}entry 1 is a list."),
    (["1", IDENTITY], f"{NO_MPID}entry 2 is not."),
    ([IDENTITY, "1.5", "9" * 40], f"{NO_MPID}entry 1 is not, and 2 more are not."),
]


def changed(changes: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in {**MINIMAL, **changes}.items() if value is not LEFT_OUT}


@pytest.mark.parametrize(("changes", "sentence"), [*TEXT, *LISTS, *REST, *IN_PROFILES], ids=lambda each: str(each)[:60])
def test_a_wrong_option_is_named_with_what_it_must_be_and_what_it_is(changes: dict[str, Any], sentence: str) -> None:
    (said,) = errors_in(changed(changes), SPEC)
    assert sentence in said
    assert re.fullmatch(r"[A-Z][A-Za-z ]+ \(`[a-z_.]+`\) must be .+; .+\.", said)


@pytest.mark.parametrize(("users", "sentence"), USERS, ids=lambda each: str(each)[:60])
def test_wrong_users_are_told_by_their_place_and_never_shown(users: Any, sentence: str) -> None:
    config = changed({"org_id": "77", "profiles": {"workspace_id": "5318", "identities": users}})
    assert errors_in(config, SPEC) == [sentence]


def test_the_column_of_a_csv_file_must_be_text() -> None:
    config = changed({"org_id": "77", "profiles": {"workspace_id": "5318", "csv_url": "/x.csv", "csv_column": ["x"]}})
    assert errors_in(config, SPEC) == [f"{CSV_COLUMN}it is a list."]


def test_errors_are_all_named_in_the_order_of_the_form() -> None:
    config = {"num_workers": 0, "profiles": {"identities": ["1"], "environment": "x"}, "client_id": "", "org_id": "x"}
    named = [sentence.partition("`")[2].partition("`")[0] for sentence in errors_in(config, SPEC)]
    assert named == [
        "client_id",
        "client_secret",
        "account_id",
        "org_id",
        "profiles.workspace_id",
        "profiles.environment",
        "num_workers",
    ]


@pytest.mark.parametrize(
    "where", ["account_id", "org_id", "api_url", "token_url", "num_workers", "redact_keys", "allow_http"]
)
@pytest.mark.parametrize("private", [SECRET, f"http://host/{SECRET}", IDENTITY])
def test_a_secret_or_an_identity_in_the_wrong_place_is_not_shown(where: str, private: str) -> None:
    profiles = {"workspace_id": "5318", "identity_type": "other", "identities": [IDENTITY]}
    said = " ".join(errors_in({**MINIMAL, "org_id": "77", "profiles": profiles, where: private}, SPEC))
    assert f"`{where}`" in said
    assert SECRET not in said
    assert IDENTITY not in said


@pytest.mark.parametrize(
    "changes",
    [
        {name: None for name in SPEC["properties"] if name not in SPEC["required"]},
        {"profiles": dict.fromkeys(SPEC["properties"]["profiles"]["properties"])},
        {"workspace_ids": [], "calculated_attribute_name": "", "org_id": "", "api_url": "", "token_url": ""},
        {"num_workers": "", "redact_keys": "", "workspace_ids": ""},
        {"profiles": []},
        {"profiles": {"identity_type": "", "identities": [], "csv_url": "", "csv_column": "", "environment": ""}},
    ],
    ids=str,
)
def test_what_a_form_leaves_empty_is_left_out(changes: dict[str, Any]) -> None:
    assert normalized({**MINIMAL, **changes}, SPEC) in (MINIMAL, {**MINIMAL, "profiles": {}})
    assert errors_in({**MINIMAL, **changes}, SPEC) == []


@pytest.mark.parametrize(
    "changes",
    [
        {"workspace_ids": ["5318", "5318"]},
        {"num_workers": 2.0},
        {"profiles": {"identity_type": "mpid", "environment": "production"}},
        {"profiles": {"workspace_id": "5318"}},
        {"org_id": "77", "profiles": {"workspace_id": "5318", "identities": ["-5", " 5 ", "5"]}},
        {"org_id": "77", "profiles": {"workspace_id": "5318", "identity_type": "email", "identities": [IDENTITY]}},
        {"api_url": "https://[::1]:8443"},
        {"api_url": "http://localhost:8080/"},
        {"api_url": "http://127.8.9.1:8080", "token_url": "http://[::1]:8080/oauth/token"},
        {"api_url": "http://mparticle-sandbox:8080", "token_url": "http://sandbox/token", "allow_http": True},
    ],
    ids=str,
)
def test_a_source_is_built_with_a_usable_configuration(changes: dict[str, Any]) -> None:
    assert errors_in({**MINIMAL, **changes}, SPEC) == []
    source = SourceMparticle(config={**MINIMAL, **changes})
    assert source.discover(logging.getLogger("airbyte"), {**MINIMAL, **changes}).streams


def test_the_declared_defaults_name_no_users() -> None:
    config = {**MINIMAL, "org_id": "77", "profiles": {"identity_type": "mpid", "environment": "production"}}
    names = {stream.name for stream in SourceMparticle().discover(None, config).streams}  # type: ignore[arg-type]
    assert "custom_roles" in names
    assert "user_profiles" not in names


@pytest.mark.parametrize(
    ("identity", "is_one"),
    [(str(2**63 - 1), True), (str(-(2**63)), True), (str(2**63), False), (str(-(2**63) - 1), False)],
)
def test_an_mpid_has_no_more_than_64_bits(identity: str, is_one: bool) -> None:
    assert is_mpid(identity) is is_one
