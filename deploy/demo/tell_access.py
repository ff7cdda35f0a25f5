"""Tells who gets in and who leaves; every step is compared with what the clauses say."""

from demo.access_story import ADMINISTRATOR, CLERK, Access
from demo.screen import Screen
from demo.stated import refusal_of, require

_UNAUTHORIZED, _FORBIDDEN, _CONFLICT = 401, 403, 409


def tell_access(access: Access, screen: Screen) -> None:
    """From somebody without an account to a leaver whose session is over.

    Raises:
        StoryBroken: an answer differs from what the clause says.
    """
    screen.chapter("准入", "Access: terms, an application, an institution's users")
    _terms(access, screen)
    _application(access, screen)
    _institution(access, screen)
    access.close()


def _terms(access: Access, screen: Screen) -> None:
    applicant = access.applicant
    closed = refusal_of(lambda: applicant.ask("/listings"))
    require((closed.status, closed.body["reason"]) == (_FORBIDDEN, "no_securities_account"), f"P6.4: {closed}")
    screen.line("没有证券账户的人登录", "without an account the answer names the way (P6.4):", closed.body["way"])
    early = refusal_of(access.state)
    require(early.body["missing"] == ["privacy"], f"BX9: {early}")
    applicant.accept_terms()
    texts = applicant.ask("/my/terms").body["items"]
    accepted = ", ".join(f"{one['title_zh']} v{one['version']}" for one in texts if one["accepted_at"])
    screen.line("接受现行文本后才收集个人信息", "personal data are asked for after the texts are accepted:", accepted)


def _application(access: Access, screen: Screen) -> None:
    access.state()
    refused = refusal_of(lambda: access.attach(content=b"MZ\x90"))
    require(refused.body["errors"][0]["rule"] == "content", f"P6.2: {refused}")
    paper = access.attach().body
    access.file()
    screen.line("提交申请与身份材料", "applies with a paper (P6.2), kept by its hash:", paper["sha256"][:16])
    first = access.claim()
    access.decide(first, "question", {"question": "资金来源？"})
    access.answer()
    application = access.claim()
    state = access.decide(application, "approval", expect=202).body["state"]
    require(state == "certifying", f"P6.3: approved before being certified: {state}")
    access.until_open()
    own = access.own()
    require((own["state"], own["exchanges"][0]["answer"] is not None) == ("approved", True), f"P6.3: {own}")
    screen.line(
        "审核人追问、批准；身份经认证后业务平台随即开放",
        "asked, approved, certified by the identity provider; open without a new sign-in (P6.3)",
        application,
    )
    empty = access.pledge_without_holding().body
    require(empty["type"].endswith(":no-holding"), f"P5.3: {empty}")
    screen.line("无持仓者不能在出质人区发布", "the pledgor area needs a holding (P5.3):", _CONFLICT)


def _institution(access: Access, screen: Screen) -> None:
    access.invite()
    clerk = access.sign_in(CLERK)
    drafted = access.draft(clerk).body["id"]
    access.assign("viewer")
    refused = refusal_of(lambda: access.draft(clerk))
    require(refused.status == _FORBIDDEN, f"BX6: {refused}")
    screen.line("管理员邀请经办，随即改为查看", "invited as operator, then assigned to read: at once (BX6)", drafted)
    access.disable(CLERK)
    for path in ("/my/listings", "/my/notifications"):
        over = access.until_ended(clerk, path)
        require(over.status == _UNAUTHORIZED, f"BX6: {over}")
    screen.line("停用后各服务的会话随即结束", "disabled: the session is over at every service", _UNAUTHORIZED)
    last = access.disable(ADMINISTRATOR, expect=_CONFLICT).body
    require(last["type"].endswith(":last-administrator"), f"BX6: {last}")
    screen.line("最后一名管理员不能离开", "the last administrator cannot leave:", last["title"])
