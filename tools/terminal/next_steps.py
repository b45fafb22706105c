"""What `make up` prints at its end: the addresses, the accounts, and what to try next."""

from tools.local_cloud.stack import Stack


def next_steps(stack: Stack) -> str:
    """Return the text in Rich's markup."""
    accounts = "\n".join(f"  {user.username:20} password {user.password}" for user in stack.users.values())
    return f"""
[bold]The local cloud runs in the background.[/bold]
  web page     {stack.web_url}   (to open the operations console, sign in as the operator)
  API          {stack.web_url}/api/products   (directly, without the web server: {stack.api_url})
  AWS services {stack.emulator_url}   (endpoint URL for SDKs and tools; access key and secret key: test)
  for scripts  .local/stack.json

[bold]Accounts[/bold]
{accounts}

[bold]What to try next[/bold]
  make order PAYMENT=pm_card_declined      the card is declined; the saga releases the stock
  make order POSTAL_CODE=00000             the carrier refuses; the saga voids the payment and releases the stock
  make order PAYMENT=pm_gateway_flaky      the payment provider fails; the saga retries the step
  make order PAYMENT=pm_capture_down       the capture keeps failing; an operator must decide
  make order PAYMENT=pm_requires_action    the order waits for the customer's bank; then: make pay
  make ship                                the parcel of the order is dispatched; DELIVER=1 or LOST=1
  make history                             the states of the order's saga
  make show AS_OF=PaymentAuthorized        the order at the time of that event
  make return                              return the items of the order; an operator must decide
  make tasks                               the tasks that wait for an operator
  make query Q=funnel                      query the event store in SQL
  make logs F=OrdersApiFunction            the logs of one function
  make sam-local                           the API's functions in Docker, to debug one of them
  make status                              what is running, and the queue lengths
  make down                                stop and delete everything"""
