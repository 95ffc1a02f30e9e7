"""Find out whether a sync could work, without putting data into production.

The Events API has no ping. The probe is a batch for the development environment, whatever the configuration says,
without events and without any identity, so that it belongs to no profile. A 401 or 403 proves that the credentials
are wrong; any other answer of the API proves that they are read.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from datetime import datetime, timezone
from typing import Final

import orjson
from airbyte_cdk.utils.traced_exception import AirbyteTracedException

from destination_mparticle import tuning
from destination_mparticle.config import Config
from destination_mparticle.errors import log_advice
from destination_mparticle.events_api.client import EventsClient
from destination_mparticle.events_api.sender import credentials_error, unexpected
from destination_mparticle.http.retry import EVENTS_ACCEPTED, Verdict, verdict
from destination_mparticle.mapping.compile import mapping_findings
from destination_mparticle.options import option
from destination_mparticle.platform_api.calls import get_account
from destination_mparticle.platform_api.client import PlatformClient
from destination_mparticle.tracking.reject_store import FileStore, open_store

_TIMEOUT: Final = (3.0, 4.0)
_PROBE: Final = orjson.dumps({"environment": "development", "events": []})
_EVENTS_PATH: Final = "/events"


def problems(config: Config) -> list[str]:
    """Return one plain sentence per problem, none if a sync could start. Takes at most about eight seconds."""
    probes: dict[str, Callable[[Config], Iterator[str]]] = {
        "The Events API": _events_problems,
        "The store for rejected records": _store_problems,
        "The Platform API": _platform_problems,
    }
    pool = ThreadPoolExecutor(len(probes), thread_name_prefix="check")
    futures = {name: pool.submit(_collect, probe, config) for name, probe in probes.items()}
    wait(futures.values(), timeout=tuning.CHECK_SECONDS)
    pool.shutdown(wait=False, cancel_futures=True)
    found = log_advice(mapping_findings(config))
    for name, future in futures.items():
        found += _result(name, future)
    return found


def _collect(probe: Callable[[Config], Iterator[str]], config: Config) -> list[str]:
    return list(probe(config))


def _result(name: str, future: "Future[list[str]]") -> list[str]:
    if not future.done():
        return [f"{name} did not answer within {tuning.CHECK_SECONDS:.0f} seconds."]
    return future.result()


def _events_problems(config: Config) -> Iterator[str]:
    if config.missing_for_events:
        return
    client = EventsClient(config.events_url, config.api_key, config.api_secret, _TIMEOUT)
    answer = client.post(_EVENTS_PATH, _PROBE)
    client.close()
    judged = verdict(answer, EVENTS_ACCEPTED)
    if answer.status is None:
        yield (
            f"The Events API of pod {config.pod} cannot be reached ({answer.message}); check the network, "
            f"{option('pod')} and {option('events_url')}."
        )
    elif judged is Verdict.CREDENTIALS:
        yield str(credentials_error(answer.status, config.pod))
    elif judged is Verdict.FAIL:
        yield str(unexpected(answer, _EVENTS_PATH))
    elif answer.status in range(500, 600):
        yield f"The Events API is not available at the moment ({answer.status}); try again later."


def _store_problems(config: Config) -> Iterator[str]:
    try:
        store = open_store(config.storage, "check", datetime.now(timezone.utc))
        if isinstance(store, FileStore):
            store.probe()
    except AirbyteTracedException as problem:
        yield str(problem)


def _platform_problems(config: Config) -> Iterator[str]:
    """Ask for a token and for the account. The account is read, never changed."""
    if config.platform is None:
        return
    call = get_account(config.platform.account_id)
    client = PlatformClient(config, config.platform, _TIMEOUT)
    try:
        answer = client.send(call).answer
    except AirbyteTracedException as refusal:
        yield str(refusal)
        return
    finally:
        client.close()
    if answer.status is None:
        yield (
            f"The Platform API cannot be reached ({answer.message}); check the network, {option('api_url')} and "
            f"{option('token_url')}."
        )
    elif verdict(answer) is Verdict.RETRY:
        yield f"The Platform API is not available at the moment ({answer.status}); try again later."
    elif verdict(answer) is not Verdict.ACCEPTED:
        what = f"answered {answer.status}" + ("" if answer.is_json else " with something that is not JSON")
        yield f"The Platform API {what} to {call}; check {option('platform', 'account_id')} and {option('api_url')}."
