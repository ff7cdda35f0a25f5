"""Versions of things as entity tags: `"7"`."""

import re

from chassis.kernel import FieldError
from chassis.problems import RequestInvalid

_STRONG = re.compile(r'"(\d{1,9})"')


def etag(version: int) -> str:
    """The value of the ETag header for a version."""
    return f'"{version}"'


def version_of(if_match: str | None) -> int | None:
    """The version an If-Match header names; None for no header and for `*`.

    Raises:
        RequestInvalid: the header is neither.
    """
    if if_match is None or if_match.strip() == "*":
        return None
    match = _STRONG.fullmatch(if_match.strip())
    if match is None:
        raise RequestInvalid(
            errors=[
                FieldError(
                    pointer="/header/If-Match",
                    rule="etag",
                    message_zh='应为读取时收到的 ETag，例如 "3"',
                    message_en='must be the ETag you were given, for example "3"',
                )
            ]
        )
    return int(match[1])
