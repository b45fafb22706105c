"""The test cards of the sandbox provider, as a person at the terminal needs them."""

from contracts.generator import services


def listed() -> str:
    """Return a list of the cards, one a line, with what happens to an order that is paid with each."""
    services.make_importable()
    from sandbox_cards import SANDBOX_CARDS  # noqa: PLC0415 (can be imported from here on)

    return "Its cards, as in make order PAYMENT=pm_card_visa:\n" + "\n".join(
        f"  {card:17} {meaning}" for card, meaning in SANDBOX_CARDS.items()
    )
