"""The lane of the accounts: one thread that carries out changes in the order in which the records came."""

from collections.abc import Callable
from queue import SimpleQueue
from threading import Event, Thread

from destination_mparticle import tuning
from destination_mparticle.config import Config
from destination_mparticle.errors import config_error
from destination_mparticle.events_api.sender import Stopped
from destination_mparticle.options import option
from destination_mparticle.pipeline.byte_budget import ByteBudget
from destination_mparticle.platform_api.change import AccountChange
from destination_mparticle.platform_api.client import PlatformClient
from destination_mparticle.platform_api.sender import AccountSender, Settlement


class AccountWorker:
    """Takes changes and sends them. Its methods are for one thread, the reader's. Connects when it is first used.

    With `stop_at_refusal`, nothing follows a change that mParticle refused.
    """

    def __init__(
        self,
        connect: Callable[[Event], tuple[PlatformClient, AccountSender]],
        settlement: Settlement,
        gate: ByteBudget,
        *,
        stop_at_refusal: bool,
    ) -> None:
        self._connect = connect
        self._settlement = settlement
        self._gate = gate
        self._stop_at_refusal = stop_at_refusal
        self._stopped = Event()
        self._failure: BaseException | None = None
        self._queue: SimpleQueue[AccountChange | None] = SimpleQueue()
        self._thread: Thread | None = None

    @classmethod
    def to(cls, config: Config, settlement: Settlement, gate: ByteBudget) -> "AccountWorker":
        """Return the lane to the Platform API that a configuration names."""

        def connect(stopped: Event) -> tuple[PlatformClient, AccountSender]:
            if config.platform is None:
                raise config_error(f"{option('platform')} is missing, without which no account can be written.")
            client = PlatformClient(config, config.platform)
            return client, AccountSender(client, settlement, account_id=config.platform.account_id, stopped=stopped)

        return cls(connect, settlement, gate, stop_at_refusal=not config.skip_rejected)

    def send(self, change: AccountChange) -> None:
        """Put a change on its way, waiting while too many bytes are under way. Raises what made the lane fail."""
        self._gate.enter(change.weight, lambda: None)
        self.raise_failure()
        if self._thread is None:
            self._thread = Thread(target=self._run, name="mparticle-accounts", daemon=True)
            self._thread.start()
        self._queue.put(change)

    def finish(self) -> None:
        """Wait until everything is settled. Raises what made the lane fail."""
        self._gate.traffic.wait(lambda: self._gate.is_empty)
        self._join()
        self.raise_failure()

    def abandon(self) -> None:
        """Stop as soon as possible, because the sync has failed elsewhere."""
        self._stopped.set()
        self._join()

    def raise_failure(self) -> None:
        """Raise what made the lane fail, if anything did."""
        if self._failure is not None:
            raise self._failure

    def _join(self) -> None:
        if self._thread is not None:
            self._queue.put(None)
            self._thread.join(tuning.JOIN_SECONDS)

    def _run(self) -> None:
        try:
            self._work()
        except Stopped:
            return
        except Exception as failure:  # noqa: BLE001 - the end of a thread; the reader raises it again
            self._failure = failure
            self._gate.traffic.give_up()

    def _work(self) -> None:
        client, sender = self._connect(self._stopped)
        was_refused = False
        try:
            while (change := self._queue.get()) is not None:
                if self._stopped.is_set():
                    return
                if was_refused and self._stop_at_refusal:
                    self._settlement.held_back(change.stream, 1)
                else:
                    was_refused = not sender.deliver(change)
                self._gate.leave(change.weight)
        finally:
            client.close()
