"""Slips in mappings are found before the first record."""

import pytest

from destination_mparticle.config import parse_config
from destination_mparticle.mapping.compile import compile_plans, mapping_findings
from destination_mparticle.mapping.findings import Severity
from destination_mparticle.protocol.catalog import parse_catalog

EVENTS_API = {"api_key": "the-key", "api_secret": "the-secret", "pod": "US1", "environment": "development"}
PLATFORM = {"platform": {"client_id": "an-id", "client_secret": "a-secret", "account_id": "1201"}}


def mapped(stream="s", object_name="custom_event", operation=None, **fields):
    return mapping(stream, object_name, *((name.replace("__", "."), text) for name, text in fields.items())) | {
        "operation": operation
    }


def mapping(stream, object_name, *pairs):
    return {"stream": stream, "object": object_name, "fields": [{"field": name, "value": text} for name, text in pairs]}


def user(*pairs):
    return mapping("s", "user", ("customer_id", "{id}"), *pairs)


def configured(name, mode="append", object_name=None, properties=(), key=(), **schema):
    return {
        "stream": {"name": name, "json_schema": {"properties": {name: {} for name in properties}, **schema}},
        "destination_sync_mode": mode,
        "destination_object_name": object_name,
        "primary_key": [list(key)] if key else [],
    }


def config(*streams, access=EVENTS_API):
    return parse_config({**access, "streams": list(streams)})


def compiled(mappings, *streams, access=EVENTS_API):
    return compile_plans(config(*mappings, access=access), parse_catalog({"streams": list(streams)}))


def texts(findings, severity=Severity.ERROR):
    return [finding.text for finding in findings if finding.severity is severity]


def checked(*mappings, severity=Severity.ERROR, access=EVENTS_API):
    """What `check` says, which has no catalog."""
    return texts(mapping_findings(config(*mappings, access=access)), severity)


def with_columns(entry, *columns, severity=Severity.ERROR, **schema):
    """What is said once the catalog is known."""
    return texts(compiled([entry], configured("s", properties=columns, **schema)).findings, severity)


def test_everything_that_is_wrong_with_the_mappings_is_said_at_once():
    mappings = [
        mapped("a", "no_such_object"),
        mapped("b", event_nam="{x}", email="{y"),
        mapped("c", event_name="x"),
        mapped("d", email="{e}"),
        mapped("e", "commerce_event", email="{e}"),
        mapped("f", "user", "soft_delete", email="{e}"),
        mapped("g", "user", email="{e}", consent__gdpr__x__consented="true"),
        mapped("h", email="{e}", event_name="x"),
    ]
    streams = [configured(name) for name in "abcdefg"]
    streams += [
        configured("h", mode="overwrite"),
        configured("i", object_name="user", mode="update", properties=["email"], key=["tier"]),
        configured("j", object_name="nothing"),
        configured("k", properties=["id", "name"]),
        configured("l", mode="append_dedup"),
    ]

    said = " ".join(texts(compiled(mappings, *streams).findings))

    for sentence in (
        "Stream a: there is no object `no_such_object`",
        "Stream b: custom_event has no field `event_nam`. Did you mean `event_name`?",
        "Stream b: in the template of `email`, a brace is opened and not closed.",
        "Stream c: map at least one identity",
        "Stream d: map `event_name`",
        "Stream e: map `action`",
        "Stream f: user cannot be written with soft_delete",
        "Stream g: map `timestamp` or `consent.gdpr.x.timestamp`",
        "Stream h: custom_event cannot be written with overwrite; choose append.",
        "Stream i: `tier` cannot be the matching key",
        "Stream j: there is no object `nothing`",
        "Stream k has no mapping: add it to Stream Mappings (`streams`)",
        "Stream l: event_batch cannot be written with append_dedup",
    ):
        assert sentence in said


def test_the_catalogs_object_comes_before_the_configuration_and_shape_comes_last():
    streams = [configured("s", object_name="user"), configured("t", properties=["events"]), configured("u")]

    plans = compiled([mapped("s", event_name="x", email="{e}")], *streams).plans

    assert [(plan.object_name, plan.by_shape) for plan in plans.values()] == [
        ("user", False),
        ("event_batch", True),
        ("event_batch", True),
    ]


@pytest.mark.parametrize(
    "field", ["customer_id", "email", "other_id_10", "mpid", "mp_deviceid", "ios_idfv", "partner_identities.Shop_Id"]
)
def test_an_identity_that_is_a_constant_is_an_error_that_says_what_would_happen_and_the_fix(field):
    (problem,) = checked(mapping("s", "user", (field, "member id")))

    assert problem == (
        f"Stream s: `{field}` is the constant `member id`, so every record would land in one profile. "
        "To take a column, write its name in single braces: `{member id}`."
    )


def test_doubled_braces_around_a_whole_value_are_an_error_in_any_field():
    identity, attribute = checked(mapping("s", "user", ("email", "{{mail}}"), ("user_attributes.a", "{{ address.a }}")))

    assert identity == (
        "Stream s: `email` is the constant `{mail}`, since doubled braces stand for braces as text, so every record "
        "would land in one profile. To take a column, write its name in single braces: `{mail}`."
    )
    assert attribute.endswith("`{address.a}`.")
    assert "profile" not in attribute


def test_doubled_braces_within_a_value_are_a_warning_and_braces_of_json_are_none():
    entry = mapped(email="{mail}", event_name="Order {{number}}", custom_attributes__x='{{"a": {{"b": 1}}}}')

    assert checked(entry) == []
    (said,) = checked(entry, severity=Severity.WARNING)
    assert said == (
        "Stream s: doubled braces in the value of `event_name` stand for braces as text. To take the column, "
        "write `{number}`."
    )


@pytest.mark.parametrize("blank", ["", " ", "\t", "\u00a0"])
def test_a_blank_identity_is_an_error(blank):
    (problem,) = checked(mapping("s", "user", ("customer_id", blank)))
    assert problem.startswith("Stream s: `customer_id` is blank, so ")


def test_a_constant_event_id_or_batch_is_an_error_since_records_would_not_be_told_apart():
    (event,) = checked(mapped(email="{e}", event_name="x", event_id="id"))
    (batch,) = checked(mapping("s", "event_batch", ("batch", "payload")))

    assert "every event would have the same id" in event
    assert "every record would be the same batch" in batch


@pytest.mark.parametrize(
    ("object_name", "field", "constant", "expected"),
    [
        ("custom_event", "timestamp", "tomorrow", "ISO 8601"),
        ("custom_event", "is_goal_defined", "maybe", "True or false"),
        ("custom_event", "custom_event_type", "purchase", "transaction"),
        ("custom_event", "location.latitude", "north", "number"),
        ("custom_event", "event_name", " ", "name"),
        ("commerce_event", "action", "buy", "add_to_cart"),
        ("commerce_event", "products", "{{]", "JSON text"),
        ("user", "consent.gdpr.marketing", "maybe", "True or false"),
        ("user", "consent.ccpa.timestamp", "soon", "ISO 8601"),
    ],
)
def test_a_constant_that_its_field_can_never_take_is_quoted_with_what_is_expected(
    object_name, field, constant, expected
):
    found = checked(mapping("s", object_name, ("customer_id", "{id}"), (field, constant)))

    (problem,) = (text for text in found if "cannot be" in text)
    assert problem.startswith(f"Stream s: `{field}` cannot be ")
    assert expected in problem
    assert constant.strip().replace("{{", "{") in problem


@pytest.mark.parametrize(
    ("field", "constant"),
    [
        ("timestamp", "2024-05-01"),
        ("consent.gdpr.marketing", "true"),
        ("consent.gdpr.marketing.document", "v2"),
        ("user_attributes.city", ""),
        ("deleted_user_attributes", "tier"),
        ("device_info.platform", "ios"),
    ],
)
def test_a_constant_that_fits_is_no_problem(field, constant):
    extra = [("timestamp", "{at}")] if field != "timestamp" else []
    assert checked(user((field, constant), *extra)) == []


def test_an_accounts_constant_id_may_be_a_number_and_nothing_else():
    deleted = mapped("s", "account", "soft_delete", id="1204")
    assert checked(deleted, access=PLATFORM) == []
    (problem,) = checked(mapped("s", "account", "soft_delete", id="id"), access=PLATFORM)
    assert problem.startswith("Stream s: `id` cannot be the constant `id`.")


@pytest.mark.parametrize(
    ("object_name", "written", "meant"),
    [
        ("user", "costumer_id", "customer_id"),
        ("user", "user_atributes.Tier", "user_attributes.Tier"),
        ("user", "consent.gpdr.Marketing", "consent.gdpr.Marketing"),
        ("user", "Device_info.plattform", "device_info.platform"),
        ("screen_view", "screenname", "screen_name"),
    ],
)
def test_an_unknown_field_is_answered_with_the_nearest(object_name, written, meant):
    found = checked(mapping("s", object_name, (written, "{x}")))
    assert f"Stream s: {object_name} has no field `{written}`. Did you mean `{meant}`?" in found


def test_an_unknown_field_that_is_near_none_may_have_been_meant_as_an_attribute():
    (problem,) = checked(user(("nickname", "{x}")))
    assert problem == (
        "Stream s: user has no field `nickname`. For an attribute of that name, map `user_attributes.nickname`."
    )
    (problem,) = checked(mapped("s", "account", "append", town="{x}"), access=PLATFORM)
    assert problem == "Stream s: account has no field `town`. Its fields are `id`, `name`."


def test_an_unknown_object_or_operation_is_answered_with_the_nearest():
    assert checked(mapped("s", "Users"))[0].endswith("Did you mean `user`?")
    assert checked(mapped("s", "user", "updat", email="{e}"))[0].endswith("Did you mean `update`?")


def test_a_stream_that_is_mapped_twice_is_an_error_unless_the_namespaces_differ():
    other = {**user(), "namespace": "other"}

    assert checked(user(), user(("email", "{e}")), other) == [
        "Stream s is mapped 2 times in Stream Mappings (`streams`); keep one of the entries."
    ]
    assert texts(compiled([user(), user()], configured("s")).findings) == checked(user(), user())


@pytest.mark.parametrize(
    ("other", "said"),
    [
        ("customer_id", "`customer_id` is mapped 2 times"),
        ("Customer_ID", "`customer_id` is mapped 2 times"),
        ("device_info.ios_idfv", "`ios_idfv` and `device_info.ios_idfv` are the same field"),
        ("user_attributes.tier", "`user_attributes.tier` is mapped 2 times"),
    ],
)
def test_a_field_that_is_mapped_twice_is_an_error(other, said):
    entry = user(("ios_idfv", "{a}"), ("user_attributes.tier", "{b}"), (other, "{c}"))
    (problem,) = checked(entry)
    assert said in problem


def test_attributes_whose_names_differ_in_case_are_two_attributes():
    assert checked(user(("user_attributes.Tier", "{a}"), ("user_attributes.tier", "{b}"))) == []


@pytest.mark.parametrize(
    ("template", "offered"),
    [
        ("{teir}", "Did you mean `Tier`?"),
        ("Tier {TEIR}!", "Did you mean `Tier`?"),
        ("{adress.city}", "Did you mean `address.city`?"),
        ("{dotted.nam}", "Did you mean `dotted.name`?"),
        ("{zzz}", "Its columns are `id`, `Tier`, `address`, `dotted.name`."),
    ],
)
def test_a_column_that_the_catalog_does_not_list_is_an_error_with_the_nearest_name(template, offered):
    (problem,) = with_columns(user(("user_attributes.x", template)), "id", "Tier", "address", "dotted.name")

    assert problem.startswith("Stream s: `user_attributes.x` is mapped from the column `")
    assert problem.endswith(f"which the stream's schema does not list. {offered}")


@pytest.mark.parametrize("template", ["{ID}", "{tier}", "{address.city}", "{dotted.name}", "{_airbyte_extracted_at}"])
def test_columns_are_found_whatever_their_case_and_airbytes_own_need_no_listing(template):
    assert with_columns(user(("user_attributes.x", template)), "id", "Tier", "address", "dotted.name") == []


def test_a_missing_column_is_a_warning_where_the_schema_states_that_there_may_be_others():
    entry = user(("user_attributes.x", "{teir}"))
    assert with_columns(entry, "id", "tier", additionalProperties=True) == []
    (said,) = with_columns(entry, "id", "tier", additionalProperties=True, severity=Severity.WARNING)
    assert said.endswith("Did you mean `tier`?")
    assert len(with_columns(entry, "id", "tier", additionalProperties=False)) == 1


def test_a_schema_that_lists_no_columns_says_nothing_about_them():
    assert with_columns(user(("user_attributes.x", "{teir}"))) == []


def test_a_constant_that_is_a_columns_name_is_a_warning():
    (said,) = with_columns(user(("user_attributes.tier", "Tier")), "id", "tier", severity=Severity.WARNING)
    assert said == (
        "Stream s: `user_attributes.tier` is the constant `Tier`, and there is a column of that name. "
        "To take the column, write `{Tier}`."
    )


def test_a_mapping_of_a_stream_that_the_connection_lacks_is_a_warning_with_the_nearest_name():
    found = compiled([user(), {**user(), "stream": "membrs"}], configured("s"), configured("members")).findings

    assert texts(found, Severity.WARNING) == [
        "Stream membrs is mapped in Stream Mappings (`streams`) and not part of the connection. Did you mean `members`?"
    ]


def test_a_reserved_attribute_that_mparticle_does_not_document_is_a_warning():
    entry = user(("user_attributes.$frstname", "{f}"), ("user_attributes.$city", "{c}"), ("user_attributes.$", "{x}"))

    near, far = checked(entry, severity=Severity.WARNING)

    assert near == ("Stream s: `$frstname` is none of mParticle's reserved user attributes. Did you mean `$firstname`?")
    assert "They are $age, $gender, " in far
    activated = configured("s", object_name="user", properties=["email", "user_attributes.$City"])
    assert "Did you mean `$city`?" in texts(compiled([], activated).findings, Severity.WARNING)[0]


def test_events_that_get_the_type_other_are_noticed():
    said = "Stream s: `custom_event_type` is not mapped, so every event gets the type other."
    assert checked(mapped(email="{e}", event_name="x"), severity=Severity.NOTICE) == [said]
    assert checked(mapped(email="{e}", event_name="x", custom_event_type="search"), severity=Severity.NOTICE) == []


def test_accounts_need_the_platform_alone():
    account = mapped("s", "account", "append", name="{name}")

    assert checked(account, access=PLATFORM) == []
    assert texts(compiled([account], configured("s"), access=PLATFORM).findings) == []
    assert checked(account) == [
        "Stream s: fill in Platform API Credentials (`platform`), without which no account can be written."
    ]


def test_any_other_object_says_which_options_the_events_api_lacks():
    said = (
        "fill in API Key (`api_key`), API Secret (`api_secret`), Pod (`pod`), Environment (`environment`); "
        "{} is sent through the Events API."
    )
    streams = [configured("a", object_name="user", properties=["email"]), configured("b")]

    assert checked(user(), access=PLATFORM) == [f"Stream s: {said.format('user')}"]
    assert texts(compiled([], *streams, access=PLATFORM).findings) == [
        f"Stream a: {said.format('user')}",
        f"Stream b: {said.format('event_batch')}",
    ]
