"""The status of each refusal about figures, alerts and contracts."""

from collections.abc import Mapping

from chassis.kernel import Refusal
from monitoring.application.queries.read_contract import ContractNotFound
from monitoring.application.queries.read_lineage import NothingValuedYet
from monitoring.domain.alert import AlertNotFound
from monitoring.domain.metric_registry import MetricUnknown

STATUS: Mapping[type[Refusal], int] = {
    AlertNotFound: 404,
    ContractNotFound: 404,
    MetricUnknown: 404,
    NothingValuedYet: 404,
}
