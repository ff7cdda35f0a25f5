"""How a service speaks HTTP: guarded routes, causes, problems, entity tags, pages."""

from chassis.http.application import create_application
from chassis.http.causes import CommandCause, QueryCause, command, with_content
from chassis.http.edge import Denial, Edge, Trail
from chassis.http.etag import etag, version_of
from chassis.http.pages import Page, PageRequest, decode_cursor, encode_cursor
from chassis.http.routes import Routes

__all__ = [
    "CommandCause",
    "Denial",
    "Edge",
    "Page",
    "PageRequest",
    "QueryCause",
    "Routes",
    "Trail",
    "command",
    "create_application",
    "decode_cursor",
    "encode_cursor",
    "etag",
    "version_of",
    "with_content",
]
