"""The story of access: texts, an application without an account, an institution's users. Public doors only."""

from dataclasses import dataclass, field
from typing import Any

from demo.person import Answer, Answered, Person
from demo.world import PASSWORD, World, eventually

APPLICANT, REVIEWER = "sun-li", "reviewer-zhou"
ADMINISTRATOR, CLERK = "dong-hai-administrator", "dong-hai-clerk"
_OWN = "/my/access-application"
_ENDED = 401
_PAPER = b"%PDF-1.7\n% an identity document, for demonstration\n"
_STATEMENT = {
    "applicant": {
        "kind": "person",
        "name": "孙丽",
        "document_type": "id_card",
        "document_number": "110101199001010011",
    },
    "category": "lender",
    "purpose": "以自有资金向出质人融出",
    "contact_person": "孙丽",
    "contact_channel": "010-55550011",
}
_CONTACT = {"contact_person": "孙丽", "channels": [{"kind": "phone", "value": "010-55550011"}], "region": "北京"}


@dataclass
class Access:
    """Who gets in, how, and who leaves."""

    world: World
    _applicant: Person | None = None
    _people: list[Person] = field(default_factory=list)

    @property
    def applicant(self) -> Person:
        """Somebody without an account, who has accepted nothing yet; one sign-in for the whole story."""
        if self._applicant is None:
            self._applicant = self.sign_in(APPLICANT, accept_terms=False)
        return self._applicant

    @property
    def reviewer(self) -> Person:
        """Who decides."""
        return self.world.person(REVIEWER)

    @property
    def administrator(self) -> Person:
        """Who says who acts for an institution."""
        return self.world.person(ADMINISTRATOR)

    def sign_in(self, user: str, *, accept_terms: bool = True) -> Person:
        """A sign-in of its own, apart from the stage's."""
        person = Person.sign_in(
            user,
            gateway=self.world.gateway,
            issuer=self.world.issuer,
            password=PASSWORD,
            accept_terms=accept_terms,
        )
        self._people.append(person)
        return person

    def close(self) -> None:
        """Lets go of the connections of those who signed in apart."""
        for one in self._people:
            one.close()

    def state(self) -> Answer:
        """Fills the application in (P6.2)."""
        return self.applicant.tell("PUT", _OWN, _STATEMENT, expect=200)

    def attach(self, *, media_type: str = "application/pdf", content: bytes = _PAPER, expect: int = 201) -> Answer:
        """Attaches the paper that proves the identity."""
        return self.applicant.send(
            f"{_OWN}/attachments",
            content,
            media_type=media_type,
            expect=expect,
            kind="identity",
            file_name="id.pdf",
        )

    def file(self, *, expect: int = 202) -> Answer:
        """Hands it to the reviewers."""
        return self.applicant.tell("POST", f"{_OWN}/filing", expect=expect)

    def claim(self) -> str:
        """The reviewer takes the application from the queue."""
        items = self.reviewer.ask("/access-applications").body["items"]
        application_id = str(items[0]["application_id"])
        self.reviewer.tell("POST", f"/access-applications/{application_id}/claim", expect=200)
        return application_id

    def decide(self, application_id: str, verb: str, body: Any = None, *, expect: int = 200) -> Answer:
        """The reviewer's word: approval, refusal or question."""
        return self.reviewer.tell("POST", f"/access-applications/{application_id}/{verb}", body, expect=expect)

    def answer(self) -> Answer:
        """The applicant answers what was asked."""
        return self.applicant.tell("POST", f"{_OWN}/answer", {"answer": "自有资金，工资与存款"}, expect=202)

    def own(self) -> dict[str, Any]:
        """The applicant's own case."""
        found: dict[str, Any] = self.applicant.ask(_OWN).body
        return found

    def until_open(self) -> dict[str, Any]:
        """Waits until the board is open to the applicant, who has not signed in anew (P6.3)."""

        def looked() -> dict[str, Any] | None:
            try:
                found: dict[str, Any] = self.applicant.ask("/listings").body
            except Answered as closed:
                if closed.body.get("type", "").endswith(":access-missing"):
                    return None
                raise
            return found

        return eventually(looked, what="the board is open to the applicant")

    def pledge_without_holding(self, *, expect: int = 409) -> Answer:
        """The pledgor area needs a holding (P5.3)."""
        self.applicant.tell("PUT", "/my/business-information", _CONTACT, expect=200)
        drafted = self.applicant.tell("POST", "/listings", {"pledgor": {"lines": []}}, expect=201)
        declaration = {
            "accepted": True,
            "text_version": self.applicant.ask("/guide", kind="declaration").body["version"],
            "content_hash": drafted.body["content_hash"],
        }
        path = f"/listings/{drafted.body['id']}/submission"
        return self.applicant.tell("POST", path, {"declaration": declaration}, expect=expect)

    def invite(self, function: str = "operator", *, expect: int = 201) -> Answer:
        """The administrator invites the clerk (BX6)."""
        return self.administrator.tell("POST", "/my/users", {"user_id": CLERK, "function": function}, expect=expect)

    def assign(self, function: str) -> Answer:
        """The administrator gives the clerk another function."""
        return self.administrator.tell("PUT", f"/my/users/{CLERK}", {"function": function}, expect=200)

    def disable(self, user: str, *, expect: int = 200) -> Answer:
        """The administrator disables a user, or leaves."""
        return self.administrator.tell("DELETE", f"/my/users/{user}", expect=expect)

    def users(self) -> list[dict[str, Any]]:
        """The institution's users."""
        found: list[dict[str, Any]] = self.administrator.ask("/my/users").body["items"]
        return found

    def draft(self, person: Person, *, expect: int = 201) -> Answer:
        """What an operator may do, and nobody else."""
        return person.tell("POST", "/listings", {"pledgee": {}}, expect=expect)

    def publish_guide(self, version: str, *, effective_from: str) -> Answer:
        """A reviewer proposes a version of the guide, a supervisor approves it (P4.5)."""
        text = {
            "kind": "guide",
            "version": version,
            "effective_from": effective_from,
            "title_zh": "业务操作指引（修订）",
            "title_en": "Guide, revised",
            "text_zh": "一、……",
            "text_en": "1. ...",
        }
        proposed = self.reviewer.tell("POST", "/legal-texts/proposals", text, expect=201).body
        supervisor = self.world.person("supervisor-xu", second_factor=True)
        return supervisor.tell("POST", f"/legal-texts/proposals/{proposed['proposal_id']}/approval", expect=200)

    def until_ended(self, person: Person, path: str) -> Answered:
        """Waits until a login's session is over at one of the services."""

        def looked() -> Answered | None:
            try:
                person.ask(path)
            except Answered as refused:
                return refused if refused.status == _ENDED else None
            return None

        return eventually(looked, what=f"the session is over: {path}")
