"""Find out whether a sync could work, without putting data into production.

The Events API has no ping. The probe is a batch for the development environment, whatever the configuration says,
without events and without any identity, so that it belongs to no profile. A 401 or 403 proves that the credentials
are wrong; any other response of the API proves that they are read.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from datetime import datetime, timezone
from typing import Final

import orjson

from destination_mparticle import tuning
from destination_mparticle.config import Config
from destination_mparticle.errors import SyncError
from destination_mparticle.events_api import errors as events_errors
from destination_mparticle.findings_log import log_findings
from destination_mparticle.http.auth import BasicAuth
from destination_mparticle.http.call import Call
from destination_mparticle.http.client import HttpClient
from destination_mparticle.http.retry import EVENTS_ACCEPTED, Verdict, verdict
from destination_mparticle.http.settings import HttpSettings
from destination_mparticle.mapping.compile import mapping_findings
from destination_mparticle.options import option
from destination_mparticle.platform_api import errors as platform_errors
from destination_mparticle.platform_api.calls import get_account
from destination_mparticle.platform_api.client import open_client

_SETTINGS: Final = HttpSettings(connect_timeout=3.0, read_timeout=4.0)
_EVENTS_PROBE: Final = Call("POST", "/events", orjson.dumps({"environment": "development", "events": []}))


def config_errors(config: Config) -> list[str]:
    """Return one plain sentence per error, none if a sync could start. Takes at most about eight seconds."""
    probes: dict[str, Callable[[Config], Iterator[str]]] = {
        "The Events API": _events_errors,
        "The store for rejected records": _store_errors,
        "The Platform API": _platform_errors,
    }
    pool = ThreadPoolExecutor(len(probes), thread_name_prefix="check")
    futures = {name: pool.submit(_collect, probe, config) for name, probe in probes.items()}
    wait(futures.values(), timeout=tuning.CHECK_SECONDS)
    pool.shutdown(wait=False, cancel_futures=True)
    found = log_findings(mapping_findings(config))
    for name, future in futures.items():
        found += _result(name, future)
    return found


def _collect(probe: Callable[[Config], Iterator[str]], config: Config) -> list[str]:
    return list(probe(config))


def _result(name: str, future: "Future[list[str]]") -> list[str]:
    if not future.done():
        return [f"{name} did not answer within {tuning.CHECK_SECONDS:.0f} seconds."]
    return future.result()


def _events_errors(config: Config) -> Iterator[str]:
    if config.missing_for_events:
        return
    client = HttpClient(config.events_url, BasicAuth(config.api_key, config.api_secret), _SETTINGS)
    response = client.send(_EVENTS_PROBE)
    client.close()
    judged = verdict(response, EVENTS_ACCEPTED)
    if response.status is None:
        yield (
            f"The Events API of pod {config.pod} cannot be reached ({response.message}); check the network, "
            f"{option('pod')} and {option('events_url')}."
        )
    elif judged is Verdict.CREDENTIALS:
        yield str(events_errors.credentials_error(response.status, config.pod))
    elif judged is Verdict.FAIL:
        yield str(events_errors.unexpected_response_error(response, _EVENTS_PROBE.path))
    elif response.status in range(500, 600):
        yield f"The Events API is not available at the moment ({response.status}); try again later."


def _store_errors(config: Config) -> Iterator[str]:
    if config.storage.kind == "None":
        return
    # Only where there is a store: this imports fsspec.
    from destination_mparticle.tracking.reject_store import FileStore, open_store  # noqa: PLC0415

    try:
        store = open_store(config.storage, "check", datetime.now(timezone.utc))
        if isinstance(store, FileStore):
            store.probe()
    except SyncError as error:
        yield str(error)


def _platform_errors(config: Config) -> Iterator[str]:
    """Ask for a token and for the account. The account is read, never changed."""
    if config.platform is None:
        return
    call = get_account(config.platform.account_id)
    client = open_client(config, config.platform, _SETTINGS)
    try:
        response = client.send(call)
    except SyncError as error:
        yield str(error)
        return
    finally:
        client.close()
    judged = verdict(response)
    if response.status is None:
        yield (
            f"The Platform API cannot be reached ({response.message}); check the network, {option('api_url')} and "
            f"{option('token_url')}."
        )
    elif judged is Verdict.CREDENTIALS:
        yield str(platform_errors.credentials_error(response.status, str(call)))
    elif judged is Verdict.RETRY:
        yield f"The Platform API is not available at the moment ({response.status}); try again later."
    elif judged is not Verdict.ACCEPTED:
        what = f"answered {response.status}" + ("" if response.is_json else " with something that is not JSON")
        yield f"The Platform API {what} to {call}; check {option('platform', 'account_id')} and {option('api_url')}."
