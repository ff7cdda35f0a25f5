"""Everything the gateway does itself."""

from dataclasses import dataclass

from gateway.application.commands.close_session import CloseSessionHandler
from gateway.application.commands.ensure_registration import EnsureRegistrationHandler
from gateway.application.commands.open_session import OpenSessionHandler
from gateway.application.commands.renew_session import RenewSessionHandler
from gateway.application.commands.tell_live import TellLiveHandler
from gateway.application.queries.compose_home import ComposeHomeHandler
from gateway.application.queries.follow_live import FollowLiveHandler


@dataclass(frozen=True, kw_only=True)
class UseCases:
    """The table of contents."""

    open_session: OpenSessionHandler
    renew_session: RenewSessionHandler
    close_session: CloseSessionHandler
    ensure_registration: EnsureRegistrationHandler
    compose_home: ComposeHomeHandler
    tell_live: TellLiveHandler
    follow_live: FollowLiveHandler
