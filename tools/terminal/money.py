"""Format money for the terminal, with the decimal places that ISO 4217 defines (from the kernel's table)."""

from contracts.generator import services


def format_money(amount: int, currency: str) -> str:
    """Return an amount of minor units, such as cents, as text: `12.34 EUR` or `1234 JPY`."""
    services.make_importable()
    from kernel import money  # noqa: PLC0415 (importable only after make_importable)

    return money.format_money(amount, currency)
