"""An error in a configuration names the option as the form and as the file call it, and shows no value."""

import json
from pathlib import Path
from typing import Any

import pytest

import source_mparticle_exports
from source_mparticle_exports.config_problems import normalized, problems, unknown_options

SCHEMA = json.loads(Path(source_mparticle_exports.__file__).with_name("spec.json").read_text())[
    "connectionSpecification"
]
LOCAL = {"storage_type": "Local", "path": "/exports"}
STORAGES = "an object whose storage_type is one of S3, GCS, Azure, Local"


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        ({}, "Storage (storage) is missing. Where mParticle writes its exports to."),
        ({"storage": "s3://bucket"}, f"Storage (storage) must be {STORAGES}."),
        ({"storage": {"storage_type": "s3"}}, f"Storage (storage) must be {STORAGES}."),
        ({"storage": {}}, f"Storage (storage) must be {STORAGES}."),
        (
            {"storage": {"storage_type": "S3"}},
            "S3 Bucket Name (storage.s3_bucket_name) is missing. The name of the bucket.",
        ),
        (
            {"storage": {"storage_type": "S3", "s3_bucket_name": 7}},
            "S3 Bucket Name (storage.s3_bucket_name) must be text and not a whole number.",
        ),
        (
            {"storage": LOCAL, "start_date": "yesterday"},
            "Start Date (start_date) must be YYYY-MM-DD or YYYY-MM-DDTHH:mm:ssZ, such as 2026-01-01.",
        ),
        (
            {"storage": LOCAL, "start_date": "2026-02-30"},
            "Start Date (start_date) must be YYYY-MM-DD or YYYY-MM-DDTHH:mm:ssZ, such as 2026-01-01.",
        ),
        (
            {"storage": LOCAL, "start_date": "9999-12-31T23:59:59-12:00"},
            "Start Date (start_date) must be YYYY-MM-DD or YYYY-MM-DDTHH:mm:ssZ, such as 2026-01-01.",
        ),
        ({"storage": LOCAL, "start_date": True}, "Start Date (start_date) must be text and not true or false."),
        (
            {"storage": LOCAL, "num_workers": 0},
            "Workers (num_workers) must be a whole number from 1 to 50, without quotes.",
        ),
        (
            {"storage": LOCAL, "num_workers": "4"},
            "Workers (num_workers) must be a whole number from 1 to 50, without quotes.",
        ),
        ({"storage": LOCAL, "app_names": "Shop"}, "App Names (app_names) must be a list and not text."),
        (
            {"storage": LOCAL, "app_names": ["Shop", 7]},
            "App Names (app_names), entry 2 must be text and not a whole number.",
        ),
        ({"storage": LOCAL, "app_names": [""]}, "App Names (app_names), entry 1 must be text and not empty."),
        ({"storage": LOCAL, "on_broken_line": "ignore"}, "Broken Lines (on_broken_line) must be one of fail, skip."),
    ],
)
def test_a_problem_is_one_sentence(config: dict[str, Any], expected: str) -> None:
    assert [*problems(normalized(config), SCHEMA)] == [expected]


def test_several_problems_are_all_named() -> None:
    found = problems({"storage": {"storage_type": "Azure"}, "num_workers": 99}, SCHEMA)
    assert [sentence.split(" ")[0] for sentence in found] == ["Account", "Container", "Workers"]


def test_a_good_configuration_has_no_problem() -> None:
    assert [*problems({"storage": LOCAL, "start_date": "2026-01-01", "num_workers": 2}, SCHEMA)] == []


def test_what_is_empty_counts_as_left_out() -> None:
    config: dict[str, Any] = {
        "storage": {**LOCAL, "path": "/x", "other": None},
        "start_date": "",
        "app_names": [],
        "num_workers": None,
    }
    assert normalized(config) == {"storage": {"storage_type": "Local", "path": "/x"}}
    assert [*problems(normalized({"storage": {**LOCAL, "path": ""}}), SCHEMA)] == [
        "Path (storage.path) is missing. A folder on the machine that runs the connector."
    ]


def test_a_name_that_is_no_option_is_told_with_the_one_that_was_meant() -> None:
    config: dict[str, Any] = {
        "storage": {**LOCAL, "paht": "/x"},
        "app_name": ["Shop"],
        "__injected_declarative_manifest": {},
    }
    assert [*unknown_options(config, SCHEMA)] == [
        "storage.paht is not an option of this connector and has no effect. Did you mean storage.path?",
        "app_name is not an option of this connector and has no effect. Did you mean app_names?",
    ]


def test_no_value_is_shown() -> None:
    config: dict[str, Any] = {
        "storage": {"storage_type": "S3", "s3_bucket_name": "b", "secret_access_key": ["hunter2"]},
        "num_workers": "hunter2",
    }
    assert "hunter2" not in str([*problems(config, SCHEMA), *unknown_options(config, SCHEMA)])
