"""The program's table of contents: options of every command, and which commands there are."""

from pathlib import Path
from typing import Annotated

import typer

from pledgeboard_firm.commands import doctor, receipts, submit, validate
from pledgeboard_firm.exits import exit_codes
from pledgeboard_firm.invocation import invocation_of
from pledgeboard_firm.profile import VARIABLE
from pledgeboard_firm.words import Language, Output, Text

app = typer.Typer(
    name="pledgeboard-firm",
    help="证券公司报送客户端 / what a securities firm submits with",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
app.add_typer(receipts.app, name="receipts")
app.command("validate")(validate.validate)
app.command("submit")(submit.submit)
app.command("doctor")(doctor.doctor)


@app.callback()
def options(
    context: typer.Context,
    profile: Annotated[
        Path | None, typer.Option(help="接入档案（接入时收到的凭据文件） / the credentials file", envvar=VARIABLE)
    ] = None,
    output: Annotated[Output, typer.Option(help="输出格式 / for a person or a program")] = Output.TEXT,
    language: Annotated[Language | None, typer.Option(help="语言 / language", envvar="PLEDGEBOARD_LANGUAGE")] = None,
) -> None:
    """证券公司报送客户端 / what a securities firm submits with."""
    invocation = invocation_of(context)
    invocation.screen.output = output
    if language is not None:
        invocation.screen.language = language
    if profile is not None:
        invocation.profile_path = profile


@app.command("exit-codes")
def show_exit_codes(context: typer.Context) -> None:
    """列出退出码 / what each exit code means."""
    screen = invocation_of(context).screen
    for one in exit_codes():
        text = Text(zh=f"{one.code:>3}  {one.text.zh}", en=f"{one.code:>3}  {one.text.en}")
        screen.result({"code": one.code, "name": one.name, "zh": one.text.zh, "en": one.text.en}, text)
