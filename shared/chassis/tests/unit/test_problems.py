"""Problems are complete in both languages, and the reader's language is chosen as the header ranks it."""

import json

import pytest

from chassis.http.validation import pointer_of
from chassis.kernel import FieldError, Refusal
from chassis.problems import STATUS, Problems, TokenRefused, preferred_language


class Illegal(Refusal):
    slug = "illegal"
    title_zh = "不允许"
    title_en = "Not allowed"


@pytest.mark.parametrize(
    ("header", "language"),
    [
        (None, "zh"),
        ("", "zh"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh"),
        ("en", "en"),
        ("en-US,en;q=0.9,zh-CN;q=0.8", "en"),
        ("fr,en;q=0.3", "en"),
        ("fr", "zh"),
        ("en;q=0.1,zh;q=0.2", "zh"),
        ("en;q=nonsense", "zh"),
    ],
)
def test_chinese_unless_english_ranks_higher(header: str | None, language: str) -> None:
    assert preferred_language(header) == language


def test_details_never_overwrite_what_the_standard_names() -> None:
    refusal = Illegal(errors=[FieldError(pointer="/a", rule="r", message_zh="错", message_en="wrong")], status=200)

    body = json.loads(Problems({Illegal: 409}).of(refusal).body("en", trace_id="t", instance="/x"))

    assert body == {
        "type": "urn:pledgeboard:problem:illegal",
        "title": "Not allowed",
        "status": 409,
        "instance": "/x",
        "errors": [{"pointer": "/a", "rule": "r", "message": "wrong"}],
        "trace_id": "t",
    }


def test_a_subclass_is_answered_as_its_mapped_parent() -> None:
    class Narrower(Illegal):
        slug = "narrower"

    assert Problems({Illegal: 409}).of(Narrower()).status == 409


def test_every_refusal_of_the_edge_speaks_both_languages() -> None:
    for refusal in STATUS:
        assert refusal.title_zh
        assert refusal.title_en
        assert any("一" <= character <= "鿿" for character in refusal.title_zh)
    assert STATUS[TokenRefused] == 401


@pytest.mark.parametrize(
    ("location", "pointer"),
    [
        (("body", "lines", 0, "quantity"), "/lines/0/quantity"),
        (("body",), ""),
        (("body", 17), ""),
        (("query", "limit"), "/query/limit"),
        (("path", "a/b~c"), "/path/a~1b~0c"),
        ((), ""),
    ],
)
def test_places_become_pointers(location: tuple[int | str, ...], pointer: str) -> None:
    assert pointer_of(location) == pointer
