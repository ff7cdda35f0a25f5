"""What monitoring says of alerts: for the roles that may read indicators, and for nobody on the board (M18)."""

from chassis.subscriptions import Subscriptions
from events.monitoring import v1
from gateway.application.use_cases import UseCases
from gateway.domain.live import Audience
from gateway.transport.events.telling import tell_of

REGULATOR = (Audience.operation("indicator.read"),)


def alerts(use_cases: UseCases) -> Subscriptions:
    """`monitoring.alert.v1`: the alert's id; level, indicator and entity are read, and traced, where they are kept."""
    hears = Subscriptions(service="gateway", topic="monitoring.alert.v1")
    for event_class in (v1.AlertRaised, v1.AlertWorsened, v1.AlertEased, v1.AlertCleared, v1.AlertConfirmed):
        tell_of(hears, event_class, use_cases=use_cases, ids=("alert_id",), audiences=lambda _: REGULATOR)
    return hears
