"""How each API of mParticle is reached. A further API is one entry in `TRANSPORTS`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from destination_mparticle.config import Config
from destination_mparticle.events_api.channel import EventsChannel
from destination_mparticle.events_api.stage import open_event_stage
from destination_mparticle.mapping.streams import StreamKey
from destination_mparticle.objects.apis import EVENTS_API, PLATFORM_API, Api
from destination_mparticle.pipeline.batch import Batch
from destination_mparticle.platform_api.account_change import AccountChange
from destination_mparticle.platform_api.channel import AccountsChannel
from destination_mparticle.platform_api.stage import open_account_stage
from destination_mparticle.sending.run_context import RunContext
from destination_mparticle.sending.shipment import Channel
from destination_mparticle.sending.stage import Stage
from destination_mparticle.sync_run import Run


@dataclass(frozen=True)
class Transport:
    """How an API takes part in a sync: how its records are prepared and sent, and the type of what is sent."""

    api: Api
    shipment: type
    open_stage: Callable[[Run, StreamKey, Any], Stage[Any]]
    open_channel: Callable[[Config, RunContext], Channel[Any]]


TRANSPORTS: Final = (
    Transport(EVENTS_API, Batch, open_event_stage, EventsChannel),
    Transport(PLATFORM_API, AccountChange, open_account_stage, AccountsChannel),
)


def open_stages(run: Run) -> dict[StreamKey, Stage[Any]]:
    """Return the stage of every stream."""
    by_api = {transport.api: transport for transport in TRANSPORTS}
    return {stream: by_api[plan.api].open_stage(run, stream, plan) for stream, plan in run.plans.items()}


def open_channels(config: Config, context: RunContext) -> Mapping[type, Channel[Any]]:
    """Return the channel of every API by the type of its shipments. None connects before its first shipment."""
    return {transport.shipment: transport.open_channel(config, context) for transport in TRANSPORTS}
