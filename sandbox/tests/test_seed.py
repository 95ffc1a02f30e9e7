from mparticle_sandbox.core.catalogue import Catalogue, Size
from mparticle_sandbox.resources import seeded_catalogue
from mparticle_sandbox.resources.app_services import platform_scope

ACCOUNT = ("account", 1201)


def text_of(catalogue: Catalogue) -> list[bytes]:
    return [
        catalogue["accounts"].text(("organization", 1)),
        catalogue["workspaces"].text(ACCOUNT),
        catalogue["audiences"].text(ACCOUNT),
        catalogue["calculated_attributes"].text(("workspace", 5318)),
        catalogue["data_plans"].text(("workspace", 5318)),
        catalogue["profiles"].text(("workspace", 5318)),
        catalogue["apps"].text(ACCOUNT),
        catalogue["services"].text(ACCOUNT),
        catalogue["app_services"].text(platform_scope(881, "iOS")),
        catalogue["data_points"].text(("app", 881)),
        catalogue["partner_feeds"].text(("workspace", 5318)),
        catalogue["feed_subscriptions"].text(("feed", 3141)),
        catalogue["service_configurations"].text(("workspace", 5318)),
    ]


def test_the_same_seed_gives_the_same_data() -> None:
    assert text_of(seeded_catalogue(Size(), 7)) == text_of(seeded_catalogue(Size(), 7))


def test_another_seed_gives_other_data() -> None:
    assert all(
        one != other
        for one, other in zip(text_of(seeded_catalogue(Size(), 7)), text_of(seeded_catalogue(Size(), 8)), strict=True)
    )


def test_the_amounts_are_those_asked_for() -> None:
    catalogue = seeded_catalogue(Size(accounts=7, workspaces=12, audiences=40, calculated_attributes=20), 7)
    assert len(catalogue["accounts"].list(("organization", 1))) == 7
    assert len(catalogue["workspaces"].list(ACCOUNT)) == 12
    assert len(catalogue["audiences"].list(ACCOUNT)) == 40
    for workspace_id in range(5318, 5330):
        assert len(catalogue["calculated_attributes"].list(("workspace", workspace_id))) == 20


def test_names_and_ids_are_unique_where_mparticle_needs_them_so() -> None:
    catalogue = seeded_catalogue(Size(accounts=12, workspaces=60, audiences=5000, calculated_attributes=30), 7)
    for resource, scope in (("accounts", ("organization", 1)), ("workspaces", ACCOUNT), ("audiences", ACCOUNT)):
        entities = catalogue[resource].list(scope)
        assert len({entity["name"] for entity in entities}) == len(entities)
        assert len({entity["id"] for entity in entities}) == len(entities)
    attributes = [item for w in range(5318, 5378) for item in catalogue["calculated_attributes"].list(("workspace", w))]
    assert len({attribute["id"] for attribute in attributes}) == 60 * 30
    assert len({attribute["name"] for attribute in attributes[:30]}) == 30


def test_an_organization_may_be_empty() -> None:
    catalogue = seeded_catalogue(Size(accounts=1, workspaces=0, audiences=5), 7)
    assert catalogue["workspaces"].text(ACCOUNT) == b"[]"
    assert catalogue["audiences"].text(ACCOUNT) == b"[]"


def test_the_history_is_in_order() -> None:
    catalogue = seeded_catalogue(Size(audiences=300), 7)
    for account in catalogue["accounts"].list(("organization", 1)):
        assert account["created_on"] < account["last_modified_on"]
    for attribute in catalogue["calculated_attributes"].list(("workspace", 5318)):
        assert attribute["created_on"] < attribute["last_modified_on"]
        assert attribute["activated_on"] is None or attribute["last_modified_on"] < attribute["activated_on"]


def test_a_copy_changes_on_its_own() -> None:
    original = seeded_catalogue(Size(), 7)
    before = text_of(original)
    copy = original.copy()
    copy["accounts"].remove(1202)
    assert text_of(original) == before
    assert copy["accounts"].get(1202) is None


def test_more_plans_than_names_still_have_ids_of_their_own() -> None:
    plans = seeded_catalogue(Size(data_plans=9), 7)["data_plans"].list(("workspace", 5318))
    assert len({plan["data_plan_id"] for plan in plans}) == 9


def test_more_apps_services_users_and_data_points_than_names_are_still_told_apart() -> None:
    catalogue = seeded_catalogue(Size(apps=20, services=30, users=20, data_points=100), 7)
    for resource, name, amount in (("apps", "name", 20), ("services", "name", 30), ("users", "email", 20)):
        assert len({entity[name] for entity in catalogue[resource].list(ACCOUNT)}) == amount
    points = catalogue["data_points"].list(("app", 900))
    fields = ("type", "name", "attribute_name", "event_type")
    assert len({tuple(point[field] for field in fields) for point in points}) == 100


def test_every_workspace_has_as_many_feeds_as_asked_for() -> None:
    catalogue = seeded_catalogue(Size(workspaces=4, partner_feeds=3), 7)
    assert [len(catalogue["partner_feeds"].list(("workspace", 5318 + index))) for index in range(4)] == [3, 3, 3, 3]


def test_without_services_and_workspaces_there_is_nothing_to_set_up() -> None:
    catalogue = seeded_catalogue(Size(workspaces=0, services=0), 7)
    assert catalogue["app_services"].list(platform_scope(881, "iOS")) == []
    assert catalogue["service_configurations"].list(("workspace", 5318)) == []
    assert catalogue["partner_feeds"].list(("workspace", 5318)) == []


def test_feeds_without_services_have_no_subscriptions() -> None:
    catalogue = seeded_catalogue(Size(services=0), 7)
    assert catalogue["partner_feeds"].list(("workspace", 5318))
    assert catalogue["feed_subscriptions"].list(("feed", 3141)) == []


def test_without_workspaces_there_are_no_plans_and_no_profiles() -> None:
    catalogue = seeded_catalogue(Size(workspaces=0), 7)
    assert catalogue["data_plans"].list(("workspace", 5318)) == []
    assert catalogue["profiles"].list(("workspace", 5318)) == []
