from mparticle_sandbox.core.catalog import Catalog, Size
from mparticle_sandbox.resources import seeded_catalog
from mparticle_sandbox.resources.app_services import platform_scope

ACCOUNT = ("account", 1201)


def text_of(catalog: Catalog) -> list[bytes]:
    return [
        catalog["accounts"].text(("organization", 1)),
        catalog["workspaces"].text(ACCOUNT),
        catalog["audiences"].text(ACCOUNT),
        catalog["calculated_attributes"].text(("workspace", 5318)),
        catalog["data_plans"].text(("workspace", 5318)),
        catalog["profiles"].text(("workspace", 5318)),
        catalog["apps"].text(ACCOUNT),
        catalog["services"].text(ACCOUNT),
        catalog["app_services"].text(platform_scope(881, "iOS")),
        catalog["data_points"].text(("app", 881)),
        catalog["partner_feeds"].text(("workspace", 5318)),
        catalog["feed_subscriptions"].text(("feed", 3141)),
        catalog["service_configurations"].text(("workspace", 5318)),
    ]


def test_the_same_seed_gives_the_same_data() -> None:
    assert text_of(seeded_catalog(Size(), 7)) == text_of(seeded_catalog(Size(), 7))


def test_another_seed_gives_other_data() -> None:
    assert all(
        one != other
        for one, other in zip(text_of(seeded_catalog(Size(), 7)), text_of(seeded_catalog(Size(), 8)), strict=True)
    )


def test_the_amounts_are_those_asked_for() -> None:
    catalog = seeded_catalog(Size(accounts=7, workspaces=12, audiences=40, calculated_attributes=20), 7)
    assert len(catalog["accounts"].list(("organization", 1))) == 7
    assert len(catalog["workspaces"].list(ACCOUNT)) == 12
    assert len(catalog["audiences"].list(ACCOUNT)) == 40
    for workspace_id in range(5318, 5330):
        assert len(catalog["calculated_attributes"].list(("workspace", workspace_id))) == 20


def test_names_and_ids_are_unique_where_mparticle_needs_them_so() -> None:
    catalog = seeded_catalog(Size(accounts=12, workspaces=60, audiences=5000, calculated_attributes=30), 7)
    for resource, scope in (("accounts", ("organization", 1)), ("workspaces", ACCOUNT), ("audiences", ACCOUNT)):
        entities = catalog[resource].list(scope)
        assert len({entity["name"] for entity in entities}) == len(entities)
        assert len({entity["id"] for entity in entities}) == len(entities)
    attributes = [item for w in range(5318, 5378) for item in catalog["calculated_attributes"].list(("workspace", w))]
    assert len({attribute["id"] for attribute in attributes}) == 60 * 30
    assert len({attribute["name"] for attribute in attributes[:30]}) == 30


def test_an_organization_may_be_empty() -> None:
    catalog = seeded_catalog(Size(accounts=1, workspaces=0, audiences=5), 7)
    assert catalog["workspaces"].text(ACCOUNT) == b"[]"
    assert catalog["audiences"].text(ACCOUNT) == b"[]"


def test_the_history_is_in_order() -> None:
    catalog = seeded_catalog(Size(audiences=300), 7)
    for account in catalog["accounts"].list(("organization", 1)):
        assert account["created_on"] < account["last_modified_on"]
    for attribute in catalog["calculated_attributes"].list(("workspace", 5318)):
        assert attribute["created_on"] < attribute["last_modified_on"]
        assert attribute["activated_on"] is None or attribute["last_modified_on"] < attribute["activated_on"]


def test_a_copy_changes_on_its_own() -> None:
    original = seeded_catalog(Size(), 7)
    before = text_of(original)
    copy = original.copy()
    copy["accounts"].remove(1202)
    assert text_of(original) == before
    assert copy["accounts"].get(1202) is None


def test_more_plans_than_names_still_have_ids_of_their_own() -> None:
    plans = seeded_catalog(Size(data_plans=9), 7)["data_plans"].list(("workspace", 5318))
    assert len({plan["data_plan_id"] for plan in plans}) == 9


def test_more_apps_services_users_and_data_points_than_names_are_still_told_apart() -> None:
    catalog = seeded_catalog(Size(apps=20, services=30, users=20, data_points=100), 7)
    for resource, name, amount in (("apps", "name", 20), ("services", "name", 30), ("users", "email", 20)):
        assert len({entity[name] for entity in catalog[resource].list(ACCOUNT)}) == amount
    points = catalog["data_points"].list(("app", 900))
    fields = ("type", "name", "attribute_name", "event_type")
    assert len({tuple(point[field] for field in fields) for point in points}) == 100


def test_every_workspace_has_as_many_feeds_as_asked_for() -> None:
    catalog = seeded_catalog(Size(workspaces=4, partner_feeds=3), 7)
    assert [len(catalog["partner_feeds"].list(("workspace", 5318 + index))) for index in range(4)] == [3, 3, 3, 3]


def test_without_services_and_workspaces_there_is_nothing_to_set_up() -> None:
    catalog = seeded_catalog(Size(workspaces=0, services=0), 7)
    assert catalog["app_services"].list(platform_scope(881, "iOS")) == []
    assert catalog["service_configurations"].list(("workspace", 5318)) == []
    assert catalog["partner_feeds"].list(("workspace", 5318)) == []


def test_feeds_without_services_have_no_subscriptions() -> None:
    catalog = seeded_catalog(Size(services=0), 7)
    assert catalog["partner_feeds"].list(("workspace", 5318))
    assert catalog["feed_subscriptions"].list(("feed", 3141)) == []


def test_without_workspaces_there_are_no_plans_and_no_profiles() -> None:
    catalog = seeded_catalog(Size(workspaces=0), 7)
    assert catalog["data_plans"].list(("workspace", 5318)) == []
    assert catalog["profiles"].list(("workspace", 5318)) == []
