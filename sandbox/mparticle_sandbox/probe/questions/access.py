"""Questions about what an account, a credential or a request may not see."""

from typing import Any

from mparticle_sandbox.probe.question import (
    CannotMirror,
    Finding,
    Observed,
    Question,
    SettingChanges,
    Undecided,
    label,
    seen,
    seen_well,
    status_of_refusal,
)
from mparticle_sandbox.probe.sight import Sight

_OK = 200
_FORBIDDEN, _MISSING = 403, 404
# What is read of each API, with the path that a feature which is not enabled would have.
_READ = {
    "accounts": "/v1/accounts",
    "workspaces": "/v1/workspace",
    "apps": "/v1/apps",
    "services": "/v1/services",
    "users": "/v1/users",
    "audiences": "/v1/audiences",
    "workspace_audiences": "/v1/workspace/*/audiences",
    "app_platforms": "/v1/apps/*/platforms",
    "data_points": "/v1/apps/*/datapoints",
    "partner_feeds": "/v1/workspace/*/partnerfeeds",
    "partner_feed": "/v1/partnerfeeds/*",
    "calculated_attributes": "/platform/v2/workspaces/*/calculatedattributes",
    "data_plans": "/platform/v2/workspaces/*/plans",
    "roles": "/platform/v2/organizations/*/roles",
    "role_tasks": "/platform/v2/organizations/*/tasks",
    "profile_of_unknown_identity": "/userprofile/v1/resolve/*",
}
# The list by which the grant of an API shows, and the API's name in the sandbox's settings.
_GRANTS = {
    "accounts": "platform",
    "data_plans": "data_planning",
    "roles": "custom_roles",
    "profile_of_unknown_identity": "profile",
}
# Each wrong request with the list that must be readable for its status to mean anything.
_WRONG = {
    "unknown_account": "workspaces",
    "unknown_organization": "roles",
    "unknown_workspace": "calculated_attributes",
}
_REFUSED_FORMS = {
    "no_token": "envelope with errors",
    "no_account": "envelope with errors",
    "unknown_account": "envelope with errors",
    "unknown_workspace": "errors with code and message",
    "unknown_organization": "errors with code and message",
    "profile_of_unknown_identity": "errors with code and message",
    "profile_of_unknown_mpid": "errors with code and message",
}


def _plural(observed: Observed) -> Finding:
    seen_well(observed, "workspaces")
    return Finding("yes" if status_of_refusal(observed, "plural_workspaces") == _OK else "no", "no")


def _no_account(observed: Observed) -> Finding:
    seen_well(observed, "workspaces")
    return Finding(status_of_refusal(observed, "no_account"), 401)


def _no_token(observed: Observed) -> Finding:
    return Finding(status_of_refusal(observed, "no_token"), 401)


def _wrong_ids(observed: Observed) -> Finding:
    found: dict[str, int] = {}
    reasons = []
    for step, owner in _WRONG.items():
        try:
            seen_well(observed, owner)
            found[label(step)] = status_of_refusal(observed, step)
        except Undecided as reason:
            reasons.append(str(reason))
    if not found:
        raise Undecided("; ".join(reasons))
    return Finding(found, dict.fromkeys(map(label, _WRONG), 404))


def _mirror_statuses(answer: Any) -> SettingChanges:
    refusals = {step: answer[label(step)] for step in _WRONG if answer.get(label(step), _OK) != _OK}
    changes = {"statuses": refusals} if refusals else {}
    if _OK in answer.values():
        raise CannotMirror(changes)
    return changes


def _mirror_no_account(status: Any) -> SettingChanges:
    return {"statuses": {"missing_account": status}}


def _refused(observed: Observed) -> Finding:
    statuses = {step: sight.status for step, sight in observed.items() if isinstance(sight, Sight) and step in _READ}
    # A user whom nobody knows is 404 too, where the Profile API may be used.
    statuses = {
        step: status
        for step, status in statuses.items()
        if status == _FORBIDDEN or (status == _MISSING and not step.startswith("profile"))
    }
    if not statuses:
        raise Undecided("the credential was refused none of the lists")
    return Finding({label(step): status for step, status in statuses.items()}, {})


def _mirror_refused(answer: Any) -> SettingChanges:
    refused = {step: answer[label(step)] for step in _READ if label(step) in answer}
    grants = {api: False for step, api in _GRANTS.items() if refused.get(step) == _FORBIDDEN}
    missing = [_READ[step] for step, status in refused.items() if status == _MISSING]
    covered = {step for step in refused if refused[step] == _MISSING or _GRANTS.get(step) in grants}
    if grants.get("platform") is False:
        covered |= {step for step in _READ if step not in _GRANTS and step != "role_tasks"}
    if grants.get("custom_roles") is False:
        covered.add("role_tasks")
    changes: SettingChanges = {
        **({"grants": grants} if grants else {}),
        **({"missing_features": missing} if missing else {}),
    }
    if refused.keys() - covered:
        raise CannotMirror(changes)
    return changes


def _bodies(observed: Observed) -> Finding:
    found = {
        label(step): sight.body
        for step in _REFUSED_FORMS
        if isinstance(sight := observed.get(step), Sight) and sight.status in range(400, 500)
    }
    if not found:
        raise Undecided("nothing was refused")
    return Finding(found, {label(step): body for step, body in _REFUSED_FORMS.items()})


def _subscriptions(observed: Observed) -> Finding:
    seen_well(observed, "partner_feed")
    return Finding(status_of_refusal(observed, "feed_subscriptions"), 200)


def _mirror_subscriptions(status: Any) -> SettingChanges:
    if status not in (_OK, _MISSING):
        raise CannotMirror
    return {"missing_features": ["/v1/partnerfeeds/*/subscriptions"]} if status == _MISSING else {}


def _head(observed: Observed) -> Finding:
    seen_well(observed, "calculated_attributes")
    steps = {"name that exists": "head_of_name", "name that does not": "head_of_unmatched_name"}
    found = {}
    for words, step in steps.items():
        if isinstance(observed.get(step), Sight):
            found[words] = status_of_refusal(observed, step)
    if not found:
        seen(observed, "head_of_name")
    return Finding(found, {"name that exists": 204, "name that does not": 404})


def _unmatched(observed: Observed) -> Finding:
    seen_well(observed, "calculated_attributes")
    status = status_of_refusal(observed, "unmatched_name")
    if status != _OK:
        return Finding(status, "empty list")
    count = seen_well(observed, "unmatched_name").count
    return Finding("empty list" if count == "none" else "a list that is not empty", "empty list")


def _mirror_unmatched(answer: Any) -> SettingChanges:
    if isinstance(answer, int):
        return {"statuses": {"unmatched_name": answer}}
    if not isinstance(answer, str):
        raise TypeError
    if answer != "empty list":
        raise CannotMirror
    return {}


def _activation(observed: Observed) -> Finding:
    return Finding(status_of_refusal(observed, "activation_of_draft"), 200)


def _mirror_activation(status: Any) -> SettingChanges:
    return {"statuses": {"never_activated": status}}


ACCESS = (
    Question(
        "14.4",
        "Does /v1/workspaces answer beside /v1/workspace?",
        "Only the singular for /v1.",
        "The sandbox knows the singular only; the source sends it.",
        _plural,
    ),
    Question(
        "14.5",
        "Which status has a request without accountId?",
        "401.",
        "The sandbox answers 401; the connectors always send accountId.",
        _no_account,
        _mirror_no_account,
    ),
    Question(
        "14.6 no token",
        "Which status has a request without a token?",
        "401.",
        "The sandbox answers 401; the connectors take 401 for a token that is not valid any more.",
        _no_token,
    ),
    Question(
        "14.6 ids",
        "Which status has an account, organization or workspace that is not the credential's?",
        "404 for an entity outside of the account; nothing about the others.",
        "The sandbox answers 404; the messages of the source name every cause that fits.",
        _wrong_ids,
        _mirror_statuses,
    ),
    Question(
        "14.6 grants",
        "Which lists was the credential refused?",
        "403 where the credential may not use an API; nothing about features that an account lacks.",
        "The sandbox answers 403 for a grant and 404 for a feature; the source takes both for either.",
        _refused,
        _mirror_refused,
    ),
    Question(
        "14.13",
        "What is the body of a refusal?",
        "An envelope with errors for /v1; rarely shown otherwise.",
        "The sandbox answers as listed in its README; the connectors decide by the status.",
        _bodies,
    ),
    Question(
        "14.9",
        "Does the path of feed subscriptions take the id of a feed?",
        "A workspace's id in one place and a module's in another.",
        "The sandbox and the source take it for the feed's: 200.",
        _subscriptions,
        _mirror_subscriptions,
    ),
    Question(
        "6.1 HEAD",
        "What does HEAD on calculated attributes answer for a name?",
        "204, and 404 where no attribute has the name.",
        "The sandbox answers so; the source does not ask.",
        _head,
    ),
    Question(
        "14.12",
        "What does the list of calculated attributes answer for a name that none has?",
        "Nothing.",
        "The sandbox answers an empty list; the source takes 404 for one too.",
        _unmatched,
        _mirror_unmatched,
    ),
    Question(
        "6.1 activation",
        "Which status has the activation of a calculated attribute that was never activated?",
        "Nothing.",
        "The sandbox answers 200 with is_active false; the source takes 404 for no activation.",
        _activation,
        _mirror_activation,
    ),
)
