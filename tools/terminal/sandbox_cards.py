"""The list of the sandbox provider's test cards for the terminal."""

from contracts.generator import services


def card_list() -> str:
    """Return the test cards, one per line, with the effect of each on an order."""
    services.make_importable()
    from sandbox_cards import SANDBOX_CARDS  # noqa: PLC0415 (importable only after make_importable)

    width = max(map(len, SANDBOX_CARDS))
    return "Test cards, for example make order PAYMENT=pm_card_visa:\n" + "\n".join(
        f"  {card:{width}}  {meaning}" for card, meaning in SANDBOX_CARDS.items()
    )
