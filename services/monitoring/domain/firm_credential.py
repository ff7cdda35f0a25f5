"""A firm's way in to the broker: proposed by one administrator, approved by another, shown once, kept nowhere."""

import hmac
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import ClassVar, Final, Self

from chassis.kernel import Refusal
from monitoring.domain.firm import FirmEnvironment
from monitoring.domain.four_eyes import Proposal

# Above what the broker's administration may take with all its deadlines: who began earlier has ended or given up.
ISSUED_WITHIN: Final = timedelta(minutes=2)
_PASSWORD_BYTES: Final = 24


class FirmNotActive(Refusal):
    """Credentials are for firms whose topics exist."""

    slug: ClassVar[str] = "firm-not-active"
    title_zh: ClassVar[str] = "该证券公司尚未完成接入，请稍后再试"
    title_en: ClassVar[str] = "The firm is not on board yet: try again shortly"


class CredentialAlreadyProposed(Refusal):
    """A proposal for the firm's credential in this environment waits for its decision."""

    slug: ClassVar[str] = "credential-already-proposed"
    title_zh: ClassVar[str] = "该证券公司在此环境的凭据申请正在等待审批"
    title_en: ClassVar[str] = "A proposal for the firm's credential in this environment waits for its decision"


class CredentialBeingIssued(Refusal):
    """Another credential of the firm and environment is on its way to the broker: two at once would kill each other."""

    slug: ClassVar[str] = "credential-being-issued"
    title_zh: ClassVar[str] = "该证券公司在此环境的另一份凭据正在签发，请两分钟后再试"
    title_en: ClassVar[str] = "Another credential of the firm is being issued: try again in two minutes"


class CredentialLapsed(Refusal):
    """A newer credential took this one's place before it was issued."""

    slug: ClassVar[str] = "credential-lapsed"
    title_zh: ClassVar[str] = "该凭据未及签发即被新的凭据取代，请重新申请"
    title_en: ClassVar[str] = "A newer credential took this one's place before it was issued: propose anew"


@dataclass(frozen=True, kw_only=True)
class FirmCredential(Proposal):
    """One credential of a firm in one environment.

    `seed` lives from the approval until the broker has the password: every attempt to issue this credential makes the
    same password of it, so that no attempt kills what another one showed. Afterwards nobody can make it again.
    """

    firm_id: str
    environment: FirmEnvironment
    seed: bytes | None = field(default=None, repr=False)
    issued_at: datetime | None = None
    lapsed_at: datetime | None = None

    def with_seed(self, seed: bytes) -> Self:
        """The approved credential, ready to be issued."""
        return replace(self, seed=seed)

    def issued(self, *, at: datetime) -> Self:
        """The credential as its firm holds it."""
        return replace(self, seed=None, issued_at=at)

    def lapsed(self, *, at: datetime) -> Self:
        """The credential that a newer one overtook: it is never issued.

        Raises:
            CredentialBeingIssued: it was approved so recently that it may be on its way.
        """
        if self.decided_at is not None and at - self.decided_at < ISSUED_WITHIN:
            raise CredentialBeingIssued
        return replace(self, seed=None, lapsed_at=at)

    def may_be_issued(self) -> bool:
        """Whether it still has to be issued; False once it was.

        Raises:
            CredentialLapsed: a newer one overtook it.
        """
        if self.lapsed_at is not None:
            raise CredentialLapsed
        return self.issued_at is None

    def password(self, secret: str) -> str:
        """The password of this credential. `secret` is the onboarding principal's: the seed alone opens nothing."""
        assert self.seed is not None  # noqa: S101  # asked of approved credentials alone
        digest = hmac.digest(secret.encode(), self.id.bytes + self.seed, sha256)
        return urlsafe_b64encode(digest[:_PASSWORD_BYTES]).decode()
