"""How a service runs: settings, database, unit of work, outbox, consumers, identity, telemetry. No business word."""
