"""What a run is like, drawn from its seed."""

from dataclasses import dataclass, replace
from random import Random

from reliability.service_faults import Faults, ending_fault, likely_faults, passing_faults

EVENTS, USERS, BATCHES = "custom_event", "user", "event_batch"
NEW, RENAMED, GONE = "append", "update", "soft_delete"
ACCOUNTS = {"accounts_new": NEW, "accounts_renamed": RENAMED, "accounts_gone": GONE}
RECORDS = 10_000
_LARGE = 2_500
# Users whose batches fill more than one place of a request.
_COMPANY = 15
# Each ends a sync that must not reject anything. Where errors name no batch, each of a request is sent again alone.
_BAD = {"fail": (0, 0, 1, 2), "skip": (0, 1, 3, 12)}


# Each costs a third of a second of processor to start.
_WITH_WORKERS = 0.25


@dataclass(frozen=True)
class Plan:
    """One run.

    `streams` says what the records of each stream are. `states`: `stream`, `global` or `legacy`, one after about
    `spacing` records. `bad` rows are rejected by the connector or by mParticle, whose errors tell as much as
    `error_paths` says. `twins` rows come twice, some of them on both sides of a state. `old` is the share of events
    that go to the historical endpoint, `filler` the bytes of text in a row. `patience` is how long the
    first sync retries a request, in seconds. The input may end with rows that no state covers, and without a newline.
    `faults` are those of the first sync and those of the next; later ones meet none. `workers` help from the
    hundredth line on, or not at all.
    """

    seed: int
    records: int
    streams: dict[str, str]
    states: str
    spacing: int
    grouping: str
    on_rejected: str
    users: int
    bad: int
    twins: int
    old: float
    filler: int
    error_paths: str
    accounts: int
    patience: float
    ends_with_states: bool
    ends_with_newline: bool
    faults: tuple[Faults, Faults]
    workers: bool


def draw(seed: int, records: int = RECORDS) -> Plan:
    """Return the plan of a seed."""
    rng = Random(seed)
    grouping = "single" if rng.random() < 0.12 else "by_user"
    on_rejected = rng.choice(("fail", "skip"))
    # A creation that is repeated by another sync is refused, which ends a sync that must not reject anything.
    accounts = rng.randint(4, 12) if on_rejected == "skip" and rng.random() < 0.3 else 0
    error_paths = rng.choice(("path_and_position", "position", "none"))
    requests = 30
    gentle = passing_faults(
        rng, rng.randint(2, 7), with_accounts=accounts > 0, may_refuse=on_rejected == "fail", requests=requests
    )
    ends = rng.random() < 0.15
    first = ending_fault(rng, requests) + gentle if ends else gentle
    # Enough bytes between two states to fill the window in which records wait for others of their user.
    is_large = rng.random() < 0.04
    second = passing_faults(rng, rng.randint(0, 3), with_accounts=False, may_refuse=False, requests=requests)
    plan = Plan(
        seed=seed,
        records=records,
        streams=_streams(rng),
        states=rng.choice(("stream", "stream", "global", "legacy")),
        spacing=records if is_large else int(10 ** rng.uniform(2, 3.3)),
        grouping=grouping,
        on_rejected=on_rejected,
        users=int(10 ** rng.uniform(0.5, 3)),
        bad=rng.choice(_BAD[on_rejected] if error_paths != "none" else _BAD["fail"]),
        twins=rng.choice((0, 0, 40)),
        old=rng.choice((0.0, 0.0, 0.02)),
        filler=_LARGE if is_large else rng.choice((0, 0, 20, 200)),
        error_paths=error_paths,
        accounts=accounts,
        patience=0.3 if ends else 30.0,
        ends_with_states=True,
        ends_with_newline=True,
        faults=(first, second),
        workers=Random(f"workers of {seed}").random() < _WITH_WORKERS,
    )
    return _with_more(plan, ends=ends)


def _with_more(plan: Plan, *, ends: bool) -> Plan:
    """Draw the end of the input, more faults and more rejected rows, and leave the rest of the plan as it is."""
    rng = Random(f"more of {plan.seed}")
    # Where a request has one batch, its blame is believed, and the sync ends.
    has_company = plan.grouping == "single" or plan.users >= _COMPANY
    blames = plan.on_rejected == "fail" and has_company and not ends and rng.random() < 0.6
    likely = likely_faults(rng, blames=blames)
    first, second = plan.faults
    if blames:
        # A good batch that is blamed and then refused looks like a bad one, and the rest of its request accepted.
        first = first.without_refusals()
    bad = plan.bad
    if plan.on_rejected == "skip" and bad == 0 and rng.random() < 0.7:
        bad = 2 if plan.error_paths == "none" else 8
    return replace(
        plan,
        bad=bad,
        ends_with_states=rng.random() < 0.5,
        ends_with_newline=rng.random() < 0.5,
        faults=(likely + first, second),
    )


def _streams(rng: Random) -> dict[str, str]:
    # The first holds events, so that every run has ids to compare.
    kinds = [EVENTS, *rng.choices((EVENTS, EVENTS, USERS, BATCHES), k=rng.randint(0, 4))]
    return {f"stream_{number}": kind for number, kind in enumerate(kinds)}
