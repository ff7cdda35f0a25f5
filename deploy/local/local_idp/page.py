"""The sign-in page: the ready users in a list, their password already typed."""

import html
from collections.abc import Mapping

from fastapi.responses import HTMLResponse

from local_idp.people import PASSWORD, Person

_HEADERS = {
    # The form may lead on to a loopback client, whatever its port.
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}
_PAGE = """<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8"><title>本地登录 · Local sign-in</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>
body {{ font: 16px/1.5 system-ui, sans-serif; max-width: 26rem; margin: 12vh auto; padding: 0 1rem; }}
label {{ display: block; margin-top: 1rem; }}
select, input, button {{ font: inherit; width: 100%; box-sizing: border-box; padding: .5rem; }}
button {{ margin-top: 1.5rem; }}
p[role=alert] {{ color: #a00; }}
</style></head><body>
<h1>本地登录</h1>
<p>仅供本机演示使用。For this machine only.</p>{alert}
<form method="post">
<label>用户 User<select name="username">{options}</select></label>
<label>密码 Password<input name="password" type="password" value="{password}" autocomplete="off"></label>
<label>动态口令（双因素，可不填）One-time code<input name="otp" inputmode="numeric" autocomplete="off"></label>
<button>登录 Sign in</button>
</form></body></html>"""
_ALERT = '<p role="alert">用户名、密码或动态口令不正确。Wrong user, password or code.</p>'


def sign_in_page(people: Mapping[str, Person], *, refused: bool) -> HTMLResponse:
    """The form; with an alert and 401 when what was typed is wrong."""
    options = "".join(_option(one) for one in people.values())
    text = _PAGE.format(alert=_ALERT if refused else "", options=options, password=PASSWORD)
    return HTMLResponse(text, status_code=401 if refused else 200, headers=_HEADERS)


def _option(person: Person) -> str:
    label = f"{person.name} ({', '.join(person.roles)})"
    return f'<option value="{html.escape(person.sub)}">{html.escape(label)}</option>'
