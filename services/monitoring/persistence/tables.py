"""All tables of the service, on one metadata: the spine, onboarding, the intake, reference data, and what follows."""

from chassis.tables import metadata_for
from monitoring.persistence.intake_tables import intake_tables
from monitoring.persistence.onboarding_tables import onboarding_tables
from monitoring.persistence.record_tables import record_tables
from monitoring.persistence.reference_tables import reference_tables
from monitoring.persistence.valuation_tables import valuation_tables

metadata = metadata_for("monitoring")
intake = intake_tables(metadata)
onboarding = onboarding_tables(metadata)
records = record_tables(metadata)
reference = reference_tables(metadata)
valuation = valuation_tables(metadata)
