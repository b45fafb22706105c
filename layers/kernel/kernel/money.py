"""Money: an integer number of minor units (cents) and an ISO 4217 currency. Never a float."""

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, WithJsonSchema

from kernel.currencies import MINOR_UNIT_DIGITS


def _check_currency(code: str) -> str:
    if code not in MINOR_UNIT_DIGITS:
        raise ValueError("not an ISO 4217 currency code, such as EUR")
    return code


Currency = Annotated[
    str,
    AfterValidator(_check_currency),
    WithJsonSchema({"type": "string", "pattern": "^[A-Z]{3}$", "description": "An ISO 4217 currency code."}),
]


class Money(BaseModel):
    """An amount in minor units (EUR 12.34 is 1234) of one currency."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    amount: int = Field(ge=0)
    currency: Currency


def format_money(amount: int, currency: str) -> str:
    """Format an amount of minor units for people: 1234 as `12.34 EUR`, `1234 JPY`, `1.234 KWD`.

    A currency that ISO 4217 no longer lists (in an old event) gets two digits.
    """
    digits = MINOR_UNIT_DIGITS.get(currency, 2)
    if digits == 0:
        return f"{amount} {currency}"
    whole, part = divmod(amount, 10**digits)
    return f"{whole}.{part:0{digits}d} {currency}"
