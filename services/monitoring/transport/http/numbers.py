"""Numbers on the wire: each names its definition page, or says that it counts nothing and merely marks a place (I6).

A test walks the published interface and finds every number that does neither.
"""

from typing import Annotated, Any, Final

from pydantic import Field

DEFINITION: Final = "x-pledgeboard-definition"
PLACE: Final = "x-pledgeboard-place"
DECIMAL: Final = {"format": "decimal"}
# A number as text, so that nobody reads it through binary floating point.
Money = Annotated[str, Field(description="CNY with two places", examples=["160000000.00"], json_schema_extra=DECIMAL)]
Decimal = Annotated[str, Field(examples=["1.5"], json_schema_extra=DECIMAL)]


def defined(definition_id: str, **options: Any) -> Any:
    """Says where a number's definition is: `GET /definitions/{definition_id}`.

    A name in braces is a field of the same answer, or the key of the map the number stands in.
    """
    return Field(json_schema_extra={DEFINITION: definition_id}, **options)


def place(**options: Any) -> Any:
    """Marks a number that says where something is or in which order, and is nothing to compare or to add."""
    return Field(json_schema_extra={PLACE: True}, **options)
