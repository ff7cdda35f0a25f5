"""Who may do what: the authorization matrix as data, and the one place that answers from it. The default is denial."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from importlib.resources import files
from typing import Literal, cast

from chassis.cause import Status, Subject
from chassis.kernel import Refusal

ROLES = ("AN", "AP", "PL", "LE", "RV", "MO", "SU", "AU", "RA", "RS", "DS", "FM", "FC", "SA", "SE", "SR")
CELLS = frozenset({"Y", "o", "p", "a", "-", *(str(note) for note in range(1, 14))})
EXCLUDING = (
    frozenset({"SA", "SE", "AU"}),
    *(frozenset({one, other}) for one in ("SA", "SE", "AU") for other in ("RS", "DS")),
    *(frozenset({one, other}) for one in ("AP", "PL", "LE", "RV", "MO", "SU") for other in ("RA", "RS", "DS")),
)
_REMAINDERS = ("viewer", "administrator", "suspended", "terminated")
STEP_UP_MAX_AGE = timedelta(minutes=15)
_STEP_UP_NOTE = "5"
_ADMINISTRATOR_NOTE = "6"
_NO_ACCESS = "no_securities_account"
_WAY_IN = "open_an_account_or_apply"
# Whoever has applied reads in the application what is missing, why it was refused, or that it is under review.
_WAY_ON = "read_own_application"

Act = Literal["use", "propose", "approve"]
Rest = Literal["all", "read", "notice", "-"]
Terms = Literal["-", "privacy", "all"]


class MatrixInvalid(ValueError):
    """The matrix as data does not hold together; the message names the row."""


class OperationDenied(Refusal):
    """The function is denied to the role or the login function."""

    slug = "operation-denied"
    title_zh = "当前身份无权执行此操作"
    title_en = "Your role does not allow this operation"


class StepUpNeeded(Refusal):
    """The operation needs a sign-in with a second factor within the last 15 minutes."""

    slug = "step-up-needed"
    title_zh = "此操作需要重新进行双因素登录"
    title_en = "Sign in again with a second factor to do this"


class SignInNeeded(Refusal):
    """There is no session, and the operation is not for everybody."""

    slug = "sign-in-needed"
    title_zh = "请先登录"
    title_en = "Sign in first"


class RolesExcludeOneAnother(Refusal):
    """One login bears roles that the separation of duties keeps apart."""

    slug = "roles-exclude-one-another"
    title_zh = "该账号拥有相互排斥的角色"
    title_en = "This login bears roles that exclude one another"


class AccessNeeded(Refusal):
    """The board is not open to this participant; `reason` says why and `way` how to get in (P6.4)."""

    slug = "access-missing"
    title_zh = "尚未开通业务平台"
    title_en = "There is no access to the board yet"


class TermsNotAccepted(Refusal):
    """A text in effect awaits this login's acceptance; `missing` names its kinds (P4.5)."""

    slug = "terms-not-accepted"
    title_zh = "请先阅读并接受现行文本"
    title_en = "Accept the texts in effect first"


class StatusForbids(Refusal):
    """The participant is suspended or terminated, and this is not among what remains (P4.2)."""

    slug = "status-forbids"
    title_zh = "当前使用状态不允许此操作"
    title_en = "The participant's status does not allow this operation"


@dataclass(frozen=True, kw_only=True)
class Permission:
    """One row of the matrix. `cells` has a value for every role; `traced` rows (†) leave a trace when they are read.

    `viewer`, `administrator`, `suspended` and `terminated` say what remains of the PL and LE cells: `all`, `read`,
    `notice` (only what a notice demands) or nothing. `terms` says what a participant's login accepts before it:
    nothing, the privacy notice (before it is asked for personal data; reading asks for none), or every text.
    """

    operation: str
    section: str
    title: str
    cells: Mapping[str, str]
    traced: bool
    viewer: Rest
    administrator: Rest
    suspended: Rest
    terminated: Rest
    terms: Terms

    def cells_of(self, subject: Subject) -> frozenset[str]:
        """The subject's cells that allow anything."""
        return frozenset(cell for role in subject.roles if (cell := self.cells.get(role, "-")) != "-")

    def remaining(self, status: Status) -> Rest:
        """What a participant's status leaves of this row."""
        rests: Mapping[Status, Rest] = {"active": "all", "suspended": self.suspended, "terminated": self.terminated}
        return rests[status]

    def terms_missing(self, subject: Subject, *, reading: bool) -> frozenset[str]:
        """The kinds of texts this login has to accept before it may use this row."""
        if self.terms == "all":
            return subject.unaccepted
        return subject.unaccepted & {"privacy"} if self.terms == "privacy" and not reading else frozenset()

    def _status_allows(self, subject: Subject, *, reading: bool) -> bool:
        # What a notice demands is known to the service that owns the object: it decides after the matrix.
        return self.remaining(subject.status) in ({"all", "notice", "read"} if reading else {"all", "notice"})

    def _function_allows(self, subject: Subject, *, reading: bool) -> bool:
        if not subject.roles <= {"PL", "LE"}:
            return True
        rest: Mapping[str, Rest] = {"viewer": self.viewer, "administrator": self.administrator}
        return rest.get(subject.function, "all") in ({"all", "read"} if reading else {"all"})


class Matrix:
    """The whole table. `authorize` is the only question services ask of it."""

    def __init__(self, permissions: Mapping[str, Permission]) -> None:
        self._permissions = permissions

    def __contains__(self, operation: str) -> bool:
        return operation in self._permissions

    @property
    def operations(self) -> tuple[Permission, ...]:
        """Every row, in the table's order."""
        return tuple(self._permissions.values())

    def permission(self, operation: str) -> Permission:
        """The row of an operation.

        Raises:
            KeyError: no such row: the route that asks was never allowed to exist.
        """
        return self._permissions[operation]

    def authorize(self, subject: Subject, operation: str, *, act: Act = "use", reading: bool, now: datetime) -> None:
        """Lets pass or refuses. What depends on the object (own, related, claimed) is decided by the service after it.

        `now` is the real clock: step-up never follows the platform's offset.

        Raises:
            SignInNeeded: nobody is signed in and the row is not for everybody.
            RolesExcludeOneAnother: the login bears roles that exclude one another.
            OperationDenied: the row denies it, or no row exists.
            AccessNeeded: the row is for participants with access, and this one has none.
            StatusForbids: the participant is suspended or terminated.
            StepUpNeeded: it would be allowed after a fresh sign-in with a second factor.
            TermsNotAccepted: it would be allowed after accepting the texts in effect.
        """
        row = self._permissions.get(operation)
        if any(len(subject.roles & group) > 1 for group in EXCLUDING):
            raise RolesExcludeOneAnother
        cells = row.cells_of(subject) if row else frozenset[str]()
        cells = frozenset(cell for cell in cells if _act_fits(cell, act) and _note_fits(cell, subject))
        if row is None or not cells or not row._function_allows(subject, reading=reading):  # noqa: SLF001  # its own row
            raise _denial(row, subject)
        if not row._status_allows(subject, reading=reading):  # noqa: SLF001  # its own row
            raise StatusForbids(status=subject.status, way="answer_appeal_or_write_to_the_administrator")
        if (act == "approve" or cells == {_STEP_UP_NOTE}) and not _stepped_up(subject, now):
            raise StepUpNeeded
        if missing := row.terms_missing(subject, reading=reading):
            raise TermsNotAccepted(missing=sorted(missing), way="/api/v1/my/terms")


def _denial(row: Permission | None, subject: Subject) -> Refusal:
    if row is None:
        return OperationDenied()
    if subject.roles == {"AN"}:
        return SignInNeeded()
    if subject.roles == {"AP"} and any(row.cells[role] != "-" for role in ("PL", "LE")):
        reason = subject.no_access or _NO_ACCESS
        return AccessNeeded(reason=reason, way=_WAY_IN if reason == _NO_ACCESS else _WAY_ON)
    return OperationDenied()


def _act_fits(cell: str, act: Act) -> bool:
    forbidden = {"use": set[str](), "propose": {"a"}, "approve": {"p"}}[act]
    return cell not in forbidden


def _note_fits(cell: str, subject: Subject) -> bool:
    return cell != _ADMINISTRATOR_NOTE or subject.function == "administrator"


def _stepped_up(subject: Subject, now: datetime) -> bool:
    return subject.second_factor_at is not None and now - subject.second_factor_at <= STEP_UP_MAX_AGE


@cache
def load_matrix() -> Matrix:
    """Reads and validates the table that lies beside this module.

    Raises:
        MatrixInvalid: a row is malformed, doubled, or uses an unknown cell.
    """
    text = (files("chassis") / "authorization_matrix.csv").read_text(encoding="utf-8")
    return Matrix(parse_matrix(text))


def parse_matrix(text: str) -> dict[str, Permission]:
    """The rows of a table in CSV form, by operation.

    Raises:
        MatrixInvalid: a row is malformed, doubled, or uses an unknown cell.
    """
    rows = csv.DictReader(text.splitlines())
    expected = ["operation", "section", "title", "traced", *ROLES, *_REMAINDERS, "terms"]
    if rows.fieldnames != expected:
        raise MatrixInvalid(f"columns must be: {', '.join(expected)}")
    permissions: dict[str, Permission] = {}
    for number, row in enumerate(rows, start=2):
        permission = _permission(number, row)
        if permission.operation in permissions:
            raise MatrixInvalid(f"line {number}: {permission.operation} stands twice")
        permissions[permission.operation] = permission
    return permissions


def _permission(number: int, row: Mapping[str, str]) -> Permission:
    cells = {role: row[role] for role in ROLES}
    unknown = {cell for cell in cells.values() if cell not in CELLS}
    rests = {name: row[name] for name in _REMAINDERS}
    if unknown or any(rest not in {"all", "read", "notice", "-"} for rest in rests.values()):
        raise MatrixInvalid(f"line {number}: unknown cell {sorted(unknown) or rests}")
    if row["traced"] not in {"", "†"} or not row["operation"] or row["terms"] not in {"-", "privacy", "all"}:
        raise MatrixInvalid(f"line {number}: malformed")
    return Permission(
        operation=row["operation"],
        section=row["section"],
        title=row["title"],
        cells=cells,
        traced=row["traced"] == "†",
        viewer=cast("Rest", rests["viewer"]),
        administrator=cast("Rest", rests["administrator"]),
        suspended=cast("Rest", rests["suspended"]),
        terminated=cast("Rest", rests["terminated"]),
        terms=cast("Terms", row["terms"]),
    )
