"""Money, as the terminal writes it: with the decimal places of ISO 4217, from the kernel's table."""

from contracts.generator import services


def format_money(amount: int, currency: str) -> str:
    """Write an amount of minor units for a person.

    Args:
        amount: Minor units, such as cents.
        currency: An ISO 4217 code.

    Returns:
        Such as `12.34 EUR` or `1234 JPY`.
    """
    services.make_importable()
    from kernel import money  # noqa: PLC0415 (can be imported from here on)

    return money.format_money(amount, currency)
