"""The test cards of the sandbox gateway, and the effect of each card on an order."""

SANDBOX_CARDS = {
    "pm_card_visa": "works",
    "pm_card_declined": "is declined",
    "pm_requires_action": "waits until the customer confirms at the bank",
    "pm_gateway_flaky": "the provider fails twice to authorize, then works",
    "pm_gateway_down": "the provider never authorizes",
    "pm_capture_flaky": "the provider fails twice to capture, then works",
    "pm_capture_down": "the provider never captures",
    "pm_void_down": "the provider never voids",
    "pm_refund_flaky": "the provider fails twice to refund, then works",
    "pm_refund_down": "the provider never refunds",
}
