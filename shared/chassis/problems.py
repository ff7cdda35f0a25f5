"""Errors as RFC 9457 problems: a stable type, a title in the reader's language, field pointers, and the trace id."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import msgspec

from chassis.authorization import (
    AccessNeeded,
    OperationDenied,
    RolesExcludeOneAnother,
    SignInNeeded,
    StatusForbids,
    StepUpNeeded,
    TermsNotAccepted,
)
from chassis.kernel import FieldError, Refusal
from chassis.standing import LoginEnded

MEDIA_TYPE = "application/problem+json"
TYPE_PREFIX = "urn:pledgeboard:problem:"
Language = Literal["zh", "en"]


@dataclass(frozen=True, kw_only=True)
class Problem:
    """One answer that is an error, before it is written in a language."""

    slug: str
    status: int
    title_zh: str
    title_en: str
    errors: Sequence[FieldError] = ()
    details: Mapping[str, object] = field(default_factory=dict)

    def body(self, language: Language, *, trace_id: str | None, instance: str | None = None) -> bytes:
        """The problem document, in one language."""
        title = self.title_zh if language == "zh" else self.title_en
        document: dict[str, object] = {"type": TYPE_PREFIX + self.slug, "title": title, "status": self.status}
        if instance:
            document["instance"] = instance
        if self.errors:
            document["errors"] = [_field_error(one, language) for one in self.errors]
        if trace_id:
            document["trace_id"] = trace_id
        # A refusal's details never overwrite what RFC 9457 names.
        return _encoder.encode({**self.details, **document})


_encoder = msgspec.json.Encoder(decimal_format="string", uuid_format="canonical", enc_hook=str)


def _field_error(one: FieldError, language: Language) -> dict[str, str]:
    message = one.message_zh if language == "zh" else one.message_en
    return {"pointer": one.pointer, "rule": one.rule, "message": message}


class TokenRefused(Refusal):
    """The access token is expired, forged, or meant for somebody else."""

    slug = "token-refused"
    title_zh = "登录状态已失效，请重新登录"
    title_en = "Your session is no longer valid; sign in again"


class RequestInvalid(Refusal):
    """The request does not have the form the interface prescribes; the errors point at the fields."""

    slug = "request-invalid"
    title_zh = "请求内容不符合规定格式"
    title_en = "The request does not have the prescribed form"


class IdempotencyKeyMissing(Refusal):
    """A creating or changing post came without the header that makes it safe to repeat."""

    slug = "idempotency-key-missing"
    title_zh = "缺少 Idempotency-Key 请求头"
    title_en = "The Idempotency-Key header is missing"


class PreconditionMissing(Refusal):
    """A change of something that exists came without saying which version it was made on."""

    slug = "precondition-missing"
    title_zh = "缺少 If-Match 请求头，请先读取最新版本"
    title_en = "The If-Match header is missing; read the current version first"


class PreconditionFailed(Refusal):
    """Somebody else was faster: the version the change was made on is no longer the current one."""

    slug = "precondition-failed"
    title_zh = "内容已被更新，请读取最新版本后重试"
    title_en = "It has changed since you read it; read it again and retry"


class ContentTooLarge(Refusal):
    """The body is larger than this operation takes."""

    slug = "content-too-large"
    title_zh = "请求内容超过大小上限"
    title_en = "The request is larger than allowed"


class NotFound(Refusal):
    """No such object, or none that the reader may see: the two are not told apart."""

    slug = "not-found"
    title_zh = "未找到"
    title_en = "Not found"


class MethodNotAllowed(Refusal):
    """The resource does not have this method."""

    slug = "method-not-allowed"
    title_zh = "不支持该请求方法"
    title_en = "The method is not supported here"


class TraceUnavailable(Refusal):
    """The read must leave a trace and cannot, so it is not answered."""

    slug = "trace-unavailable"
    title_zh = "暂时无法记录访问，请稍后重试"
    title_en = "The read cannot be recorded at the moment; try again later"


class DependencyUnavailable(Refusal):
    """Something this operation needs does not answer in time."""

    slug = "dependency-unavailable"
    title_zh = "服务暂时不可用，请稍后重试"
    title_en = "A service needed for this is unavailable; try again later"


class RateLimited(Refusal):
    """Too many requests in too short a time."""

    slug = "rate-limited"
    title_zh = "请求过于频繁，请稍后重试"
    title_en = "Too many requests; try again later"


class Unexpected(Refusal):
    """A fault of ours; nothing of its cause is told."""

    slug = "unexpected"
    title_zh = "系统内部错误，请凭追踪号联系我们"
    title_en = "An internal error; quote the trace id to us"


# What the chassis itself refuses. Each service adds its own table, and a test holds both complete.
STATUS: Mapping[type[Refusal], int] = {
    SignInNeeded: 401,
    TokenRefused: 401,
    StepUpNeeded: 401,
    LoginEnded: 401,
    AccessNeeded: 403,
    OperationDenied: 403,
    RolesExcludeOneAnother: 403,
    StatusForbids: 403,
    TermsNotAccepted: 403,
    NotFound: 404,
    MethodNotAllowed: 405,
    PreconditionFailed: 412,
    ContentTooLarge: 413,
    RequestInvalid: 422,
    IdempotencyKeyMissing: 422,
    PreconditionMissing: 428,
    RateLimited: 429,
    Unexpected: 500,
    DependencyUnavailable: 503,
    TraceUnavailable: 503,
}


class Problems:
    """Turns refusals into problems by one table: the chassis's rows and the service's."""

    def __init__(self, status: Mapping[type[Refusal], int]) -> None:
        self._status = {**STATUS, **status}

    def of(self, refusal: Refusal) -> Problem:
        """The problem of a refusal; one that nobody mapped is a fault of ours."""
        status = next((self._status[one] for one in type(refusal).__mro__ if one in self._status), None)
        if status is None:
            return self.of(Unexpected())
        return Problem(
            slug=refusal.slug,
            status=status,
            title_zh=refusal.title_zh,
            title_en=refusal.title_en,
            errors=refusal.errors,
            details=refusal.details,
        )

    def maps(self, refusal: type[Refusal]) -> bool:
        """Whether a refusal has a row of its own."""
        return refusal in self._status


def preferred_language(accept_language: str | None) -> Language:
    """zh-CN first; English where the header ranks it before any Chinese."""
    best, best_quality = "zh", 0.0
    for part in (accept_language or "").split(","):
        tag, _, parameter = part.strip().partition(";")
        quality = _quality(parameter)
        primary = tag.strip().lower().partition("-")[0]
        if primary in {"zh", "en"} and quality > best_quality:
            best, best_quality = primary, quality
    return "en" if best == "en" else "zh"


def _quality(parameter: str) -> float:
    name, _, value = parameter.strip().partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0
