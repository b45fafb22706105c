"""What was bought with an order. Pure: purchase_view reads it."""

from pydantic import BaseModel, ConfigDict, Field


class PaidLine(BaseModel):
    """A quantity of one product at the price that the customer paid, in minor units."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    sku: str
    quantity: int = Field(ge=1)
    unit_price: int = Field(ge=0)


class Purchase(BaseModel):
    """What was bought with a confirmed and paid order."""

    model_config = ConfigDict(frozen=True)

    customer_id: str
    items: tuple[PaidLine, ...]
    currency: str

    @property
    def price(self) -> int:
        """What the customer paid, in minor units."""
        return sum(line.quantity * line.unit_price for line in self.items)
