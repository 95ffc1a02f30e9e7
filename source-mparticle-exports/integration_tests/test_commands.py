import jsonschema

from integration_tests.harness import Exports
from source_mparticle_exports.records.streams import STREAMS
from unit_tests.exports import OUTBOUND

FILE = "2017-10-17/mPTravel_20171017170911644493_34523.txt"


def test_the_specification_takes_the_documented_configurations(exports: Exports) -> None:
    (specification,) = exports.run("spec").of("SPEC")
    schema = specification["connectionSpecification"]
    storages = {each["properties"]["storage_type"]["const"]: each for each in schema["properties"]["storage"]["oneOf"]}
    assert list(storages) == ["S3", "GCS", "Azure", "Local"]
    jsonschema.validate(exports.config | {"start_date": "2026-01-01", "app_names": ["a"], "num_workers": 2}, schema)
    secrets = {
        name
        for storage in storages.values()
        for name, each in storage["properties"].items()
        if "airbyte_secret" in each
    }
    assert secrets == {"access_key_id", "secret_access_key", "service_account_json", "account_key", "sas_token"}


def test_a_check_tells_what_is_wrong(exports: Exports) -> None:
    def check(storage: dict[str, str]) -> tuple[str, str]:
        (status,) = exports.run("check", config={"storage": storage}).of("CONNECTION_STATUS")
        return status["status"], status.get("message", "")

    local = exports.config["storage"]
    assert "does not exist" in check(local | {"path": local["path"] + "-not"})[1]
    assert "Nothing lies there" in check(local)[1]
    exports.write("mParticle_Bucket_Verification_20200101-120000.txt", "{}")
    assert check(local) == ("SUCCEEDED", "")
    exports.write(FILE, '{"mpid": "secret')
    status, message = check(local)
    assert status == "FAILED"
    assert f"Line 1 of {FILE} is broken" in message
    assert "secret" not in message
    exports.write(FILE, OUTBOUND)
    assert check(local) == ("SUCCEEDED", "")


def test_what_is_wrong_with_a_configuration_is_said_as_the_form_calls_it(exports: Exports) -> None:
    (status,) = exports.run("check", config={"storage": {"storage_type": "S3"}, "num_workers": "4"}).of(
        "CONNECTION_STATUS"
    )
    assert status["message"] == (
        "S3 Bucket Name (storage.s3_bucket_name) is missing. The name of the bucket."
        " Workers (num_workers) must be a whole number from 1 to 50, without quotes."
    )
    result = exports.run("discover", config=exports.config | {"start_dat": "2026", "start_date": "", "app_names": None})
    assert result.of("CATALOG")
    assert "start_dat is not an option of this connector and has no effect. Did you mean start_date?" in result.log


def test_discover_declares_every_stream_with_its_key_and_both_modes(exports: Exports) -> None:
    (catalog,) = exports.run("discover", config=exports.config).of("CATALOG")
    found = {stream["name"]: stream for stream in catalog["streams"]}
    assert list(found) == list(STREAMS)
    for name, stream in found.items():
        assert stream["source_defined_primary_key"] == [[STREAMS[name].primary_key]]
        assert stream["supported_sync_modes"] == ["full_refresh", "incremental"]
        assert stream["json_schema"]["properties"].items() >= STREAMS[name].json_schema["properties"].items()
