"""Changes of audiences that a sandbox exports."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from mparticle_sandbox import SandboxProcess

from tests.helpers.exports import exported

SMALL: dict[str, Any] = {"audiences": 5, "profiles": 5}


def test_the_members_of_audiences_are_written_as_entrances(tmp_path: Path) -> None:
    with SandboxProcess(export_to=tmp_path, export_folder="in") as sandbox:
        customers = {profile["customer_id"]: str(profile["mpid"]) for profile in sandbox.profiles()}
        *paths, validation = sandbox.export_members()
    assert (tmp_path / validation).read_bytes() == b""
    assert Path(validation).name.startswith("mparticle-validation-")
    for path in paths:
        assert Path(path).match(f"in/audiences/*_????_????-??-??_??-??-??_{'?' * 36}.txt")
        assert " " not in path
    changes = exported(tmp_path, "in/audiences/*_*.txt")
    assert len(changes) >= len(paths) > 1
    for change in changes:
        assert change["IsAddRequest"] is True
        identities = change["IdentityValues"]
        assert customers[identities["customer_id"]] == identities["mpid"]


def test_given_changes_of_an_audience_are_written(tmp_path: Path) -> None:
    with SandboxProcess(export_to=tmp_path, **SMALL) as sandbox:
        enters = {"is_add": True, "identities": {"customer_id": "c-1"}, "changed_at_ms": 1594167374230}
        leaves = {"is_add": False, "identities": {"mpid": "-12", "ios_idfv": "x"}}
        path, _ = sandbox.export_audience_changes(9140, [enters, leaves])
    first, second = exported(tmp_path, path)
    assert first == {
        "IsAddRequest": True,
        "IdentityValues": {"customer_id": "c-1"},
        "MembershipChangedTimestamp": 1594167374230,
    }
    assert (second["IsAddRequest"], second["IdentityValues"]) == (False, {"mpid": "-12", "ios_idfv": "x"})
    assert second["MembershipChangedTimestamp"] > 1_700_000_000_000


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"is_add": 1, "identities": {"mpid": "1"}},
        {"is_add": True, "identities": {}},
        {"is_add": True, "identities": {"mpid": 1}},
        {"is_add": True, "identities": {"name": "x"}},
        {"is_add": True, "identities": {"mpid": "1"}, "changed_at_ms": None},
        {"is_add": True, "identities": {"mpid": "1"}, "more": 1},
    ],
)
def test_a_change_that_is_none_is_refused_with_a_sentence(exporting: SandboxProcess, change: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"\.$"):
        exporting.export_audience_changes(9140, [change])


def test_an_unknown_audience_and_a_body_of_another_form_are_refused(exporting: SandboxProcess) -> None:
    with pytest.raises(ValueError, match="No audience"):
        exporting.export_audience_changes(1, [{"is_add": True, "identities": {"mpid": "1"}}])
    contents: list[Any] = [[], {"audience_id": 9140}, {"audience_id": "9140", "changes": []}, {"changes": [], "x": 1}]
    for content in contents:
        response = requests.post(f"{exporting.url}/_sandbox/exports/audiences", json=content, timeout=5)
        assert response.status_code == 422, content


@pytest.fixture(scope="module")
def exporting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SandboxProcess]:
    with SandboxProcess(export_to=tmp_path_factory.mktemp("exports"), **SMALL) as sandbox:
        yield sandbox
