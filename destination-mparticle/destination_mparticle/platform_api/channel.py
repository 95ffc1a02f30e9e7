"""The way to the Platform API: one thread, which carries out changes in the order in which the records came."""

from typing import Final

from destination_mparticle.config import Config
from destination_mparticle.errors import ConfigError
from destination_mparticle.http.retry import PLATFORM_ACCEPTED
from destination_mparticle.options import option
from destination_mparticle.platform_api.account_change import AccountChange
from destination_mparticle.platform_api.client import open_client
from destination_mparticle.platform_api.errors import credentials_error
from destination_mparticle.platform_api.sender import AccountSender
from destination_mparticle.sending.retrying_client import RetryContext, RetryingClient
from destination_mparticle.sending.run_context import RunContext
from destination_mparticle.sending.sender_pool import SenderPool

_ORDER_KEY: Final = ("accounts",)
"""All changes share it, because their order matters across streams."""


class AccountsChannel:
    """Queues changes to accounts. Each is a request of its own, so nothing is ever held for a fuller one."""

    def __init__(self, config: Config, context: RunContext) -> None:
        def open_sender() -> AccountSender:
            if config.platform is None:
                raise ConfigError(f"{option('platform')} is required to write accounts.")
            return AccountSender(
                RetryingClient(open_client(config, config.platform, context.http), retry_context),
                context.listener,
                account_id=config.platform.account_id,
                stop_at_refusal=not config.skip_rejected,
            )

        retry_context = RetryContext(
            context,
            credentials_error=credentials_error,
            accepted=PLATFORM_ACCEPTED,
        )
        self._pool: SenderPool[AccountChange] = SenderPool(
            open_sender, name="account-sender", size=1, threads=context.threads, budget=context.budget
        )

    def send(self, change: AccountChange) -> None:
        """Queue a change."""
        self._pool.put(change, _ORDER_KEY)

    def flush(self) -> None:
        """Nothing waits for a fuller request."""

    def flush_soon(self) -> None:
        """Nothing waits for a fuller request."""

    def close(self) -> None:
        """Let the thread end."""
        self._pool.close()
