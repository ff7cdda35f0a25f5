"""A reference file on its way in: spooled to disk, hashed, and told how it is to be read.

The file comes as one part of a form (`file`, with the fields `business_date`, `reason`, `encoding`) or as the whole
body (the same names in the query). GB18030 is told by `encoding` or by the charset of the content type, never guessed.
"""

import asyncio
import hashlib
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date
from email.message import Message
from pathlib import PurePath
from typing import BinaryIO, ClassVar, Literal, cast

from fastapi import Request
from starlette.datastructures import UploadFile

from chassis.kernel import FieldError, Refusal
from review.domain.reference_files import LINE_BYTES_MAX, FileFormat

_CHUNK = 1024 * 1024
# Held in memory up to this size, on disk above it.
_IN_MEMORY_BYTES = 1024 * 1024
_NDJSON_TYPES = frozenset({"application/x-ndjson", "application/ndjson", "application/jsonl"})
_NDJSON_SUFFIXES = frozenset({".ndjson", ".jsonl"})
_ENCODINGS: dict[str, Literal["utf-8", "gb18030"]] = {
    "": "utf-8",
    "utf-8": "utf-8",
    "utf8": "utf-8",
    "gb18030": "gb18030",
    "gbk": "gb18030",
    "gb2312": "gb18030",
}
REASON_CHARACTERS_MAX = 500


class UploadInvalid(Refusal):
    """The request around the file is not what a load needs."""

    slug: ClassVar[str] = "upload-invalid"
    title_zh: ClassVar[str] = "上传请求有误"
    title_en: ClassVar[str] = "The upload is not what a load needs"


class SpooledFile:
    """A received file; lines are read again from its beginning each time they are asked for."""

    def __init__(self, content: BinaryIO, *, size: int, digest: str, file_format: FileFormat) -> None:
        self._content = content
        self.size = size
        self.digest = digest
        self.file_format = file_format

    def lines(self) -> Iterator[bytes]:
        """Its lines; one longer than a line may be comes cut, just longer than that."""
        self._content.seek(0)
        while line := self._content.readline(LINE_BYTES_MAX + 1):
            yield line


@dataclass(frozen=True, kw_only=True)
class Upload:
    """A file with what was said about it."""

    file: SpooledFile
    business_date: date
    reason: str | None

    @property
    def digest(self) -> str:
        """Of everything the caller promises to repeat under one key."""
        told = f"{self.business_date.isoformat()}\n{self.reason or ''}\n{self.file.digest}"
        return hashlib.sha256(told.encode()).hexdigest()


@asynccontextmanager
async def received(request: Request) -> AsyncIterator[Upload]:
    """The request's file, on disk as long as the context lasts.

    Raises:
        UploadInvalid: the file or a field about it is missing or unreadable.
        ContentTooLarge: the body is larger than the route allows.
    """
    if request.headers.get("content-type", "").startswith("multipart/form-data"):
        async with request.form(max_files=1, max_fields=5) as form:
            part = form.get("file")
            if not isinstance(part, UploadFile):
                raise UploadInvalid(errors=[_error("/file", "required", "缺少文件", "the file is missing")])
            fields = {name: value for name, value in form.items() if isinstance(value, str)}
            told = _Told(part.headers.get("content-type", ""), part.filename or "", fields)
            yield await _upload(part.file, told)
        return
    with tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY_BYTES) as spooled:
        async for chunk in request.stream():
            await asyncio.to_thread(spooled.write, chunk)
        told = _Told(request.headers.get("content-type", ""), "", dict(request.query_params))
        yield await _upload(cast("BinaryIO", spooled), told)


@dataclass(frozen=True)
class _Told:
    content_type: str
    file_name: str
    fields: dict[str, str]


async def _upload(content: BinaryIO, told: _Told) -> Upload:
    file_format = _file_format(told)
    business_date = _business_date(told.fields.get("business_date", ""))
    size, digest = await asyncio.to_thread(_measured, content)
    file = SpooledFile(content, size=size, digest=digest, file_format=file_format)
    reason = (told.fields.get("reason") or "").strip()[:REASON_CHARACTERS_MAX]
    return Upload(file=file, business_date=business_date, reason=reason or None)


def _measured(content: BinaryIO) -> tuple[int, str]:
    digest, size = hashlib.sha256(), 0
    content.seek(0)
    while chunk := content.read(_CHUNK):
        digest.update(chunk)
        size += len(chunk)
    return size, digest.hexdigest()


def _file_format(told: _Told) -> FileFormat:
    header = Message()
    header["content-type"] = told.content_type or "text/csv"
    charset = told.fields.get("encoding") or str(header.get_param("charset") or "")
    encoding = _ENCODINGS.get(charset.lower())
    if encoding is None:
        raise UploadInvalid(
            errors=[_error("/encoding", "encoding", "编码应为utf-8或gb18030", "must be utf-8 or gb18030")]
        )
    suffix = PurePath(told.file_name).suffix.lower()
    ndjson = header.get_content_type() in _NDJSON_TYPES or suffix in _NDJSON_SUFFIXES
    return FileFormat(syntax="ndjson" if ndjson else "csv", encoding=encoding)


def _business_date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UploadInvalid(
            errors=[_error("/business_date", "date", "应为日期，例如2026-03-31", "must be a date such as 2026-03-31")]
        ) from None


def _error(pointer: str, rule: str, message_zh: str, message_en: str) -> FieldError:
    return FieldError(pointer=pointer, rule=rule, message_zh=message_zh, message_en=message_en)
