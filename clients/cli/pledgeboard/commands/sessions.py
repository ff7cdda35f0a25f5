"""Signing in and out."""

from typing import Annotated

import typer

from pledgeboard.browser import opener
from pledgeboard.failures import WrongUse
from pledgeboard.identity import Credentials
from pledgeboard.invocation import Invocation, invocation_of
from pledgeboard.languages import Text
from pledgeboard.session import Tokens


def sign_in(
    context: typer.Context,
    *,
    user: Annotated[str | None, typer.Option(help="用户名 / user")] = None,
    password: Annotated[
        str | None, typer.Option(help="密码，缺省时询问 / asked for by default", envvar="PLEDGEBOARD_PASSWORD")
    ] = None,
    one_time_code: Annotated[str | None, typer.Option(help="动态口令 / one-time code")] = None,
    browser: Annotated[
        bool, typer.Option("--browser", help="用浏览器登录，适用于任何身份提供方 / in the browser, with any provider")
    ] = False,
) -> None:
    """登录，令牌仅本人可读 / sign in; the tokens are kept for you alone."""
    invocation = invocation_of(context)
    tokens = _by_browser(invocation) if browser else _by_form(invocation, user, password, one_time_code)
    invocation.tokens.write(tokens)
    invocation.screen.result(
        {"user": tokens.user, "profile": invocation.profile, "expires_at": int(tokens.expires_at)},
        Text(zh=f"{tokens.user} 已登录", en=f"Signed in as {tokens.user}"),
    )


def sign_out(context: typer.Context) -> None:
    """退出并作废令牌 / sign out; the tokens are revoked."""
    invocation = invocation_of(context)
    tokens = invocation.tokens.read()
    invocation.tokens.forget()
    invocation.identity_provider.revoke(tokens)
    invocation.screen.result({"user": tokens.user}, Text(zh=f"{tokens.user} 已退出", en=f"{tokens.user} is signed out"))


def _by_browser(invocation: Invocation) -> Tokens:
    open_address = opener()

    def open_and_show(address: str) -> None:
        invocation.screen.remark(Text(zh=f"请在浏览器中登录：{address}", en=f"Sign in with your browser: {address}"))
        open_address(address)

    return invocation.identity_provider.sign_in_by_browser(open_and_show)


def _by_form(invocation: Invocation, user: str | None, password: str | None, one_time_code: str | None) -> Tokens:
    if user is None:
        raise WrongUse(Text(zh="请给出 --user，或用 --browser 登录", en="Name --user, or sign in with --browser"))
    typed = password if password is not None else typer.prompt("密码 / password", hide_input=True)
    given = Credentials(user=user, password=typed, one_time_code=one_time_code)
    return invocation.identity_provider.sign_in(given)
