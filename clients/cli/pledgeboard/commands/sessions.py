"""Signing in and out."""

from typing import Annotated

import typer

from pledgeboard.identity import Credentials
from pledgeboard.invocation import invocation_of
from pledgeboard.languages import Text


def sign_in(
    context: typer.Context,
    user: Annotated[str, typer.Option(help="用户名 / user")],
    password: Annotated[
        str, typer.Option(help="密码 / password", envvar="PLEDGEBOARD_PASSWORD", prompt=True, hide_input=True)
    ],
    one_time_code: Annotated[str | None, typer.Option(help="动态口令 / one-time code")] = None,
) -> None:
    """登录，令牌仅本人可读 / sign in; the tokens are kept for you alone."""
    invocation = invocation_of(context)
    tokens = invocation.identity_provider.sign_in(
        Credentials(user=user, password=password, one_time_code=one_time_code)
    )
    invocation.tokens.write(tokens)
    invocation.screen.result(
        {"user": user, "profile": invocation.profile, "expires_at": int(tokens.expires_at)},
        Text(zh=f"{user} 已登录", en=f"Signed in as {user}"),
    )


def sign_out(context: typer.Context) -> None:
    """退出并作废令牌 / sign out; the tokens are revoked."""
    invocation = invocation_of(context)
    tokens = invocation.tokens.read()
    invocation.tokens.forget()
    invocation.identity_provider.revoke(tokens)
    invocation.screen.result({"user": tokens.user}, Text(zh=f"{tokens.user} 已退出", en=f"{tokens.user} is signed out"))
