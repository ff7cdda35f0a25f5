"""Structured logs: one JSON object a line on standard output, with the trace they belong to.

No personal data: callers log ids, operations and counts. As a second net, fields whose names promise personal data or
secrets are blanked, wherever they come from.
"""

import logging
import sys
from typing import Any

import structlog
from structlog.typing import EventDict, WrappedLogger

from chassis.telemetry import current_trace_id

BLANKED = frozenset(
    {
        "account", "accounts", "unified_account", "unified_accounts", "name", "document", "document_number", "phone",
        "email", "contact", "password", "secret", "token", "access_token", "refresh_token", "authorization", "body",
    }
)  # fmt: skip


def configure(*, service: str, role: str, level: str = "info") -> None:
    """Sends structlog's and the libraries' records through one JSON renderer; done once, by `chassis.service`."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _Identity(service=service, role=role),
        _with_trace,
        blank_personal_fields,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.ExceptionRenderer(
                    structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
                ),
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    # Uvicorn's access log has paths with ids and clients' addresses; the request span says the same with its trace.
    logging.getLogger("uvicorn.access").disabled = True
    for noisy in ("aiokafka", "asyncio", "uvicorn.error"):
        logging.getLogger(noisy).setLevel(max(logging.WARNING, root.level))


def logger(part: str) -> structlog.stdlib.BoundLogger:
    """A logger that names the part it speaks for."""
    bound: structlog.stdlib.BoundLogger = structlog.stdlib.get_logger(part=part)
    return bound


class _Identity:
    def __init__(self, **fields: str) -> None:
        self._fields = fields

    def __call__(self, _logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
        return {**event, **self._fields}


def _with_trace(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    trace_id = current_trace_id()
    return {**event, "trace_id": trace_id} if trace_id else event


def blank_personal_fields(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Replaces what must not be written, and keeps its name so that the mistake is seen."""
    return {key: "[blanked]" if key in BLANKED else value for key, value in event.items()}
