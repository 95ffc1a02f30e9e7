"""What the channels of one run share."""

from dataclasses import dataclass

from destination_mparticle.http.settings import HttpSettings
from destination_mparticle.sending.byte_budget import ByteBudget
from destination_mparticle.sending.shipment import ResultListener
from destination_mparticle.sending.threads import SenderThreads


@dataclass(frozen=True)
class RunContext:
    """Where results are reported, which threads send, and how much may be in progress."""

    listener: ResultListener
    threads: SenderThreads
    budget: ByteBudget
    http: HttpSettings
