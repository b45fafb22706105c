"""The signing secrets of the webhooks, cached: `{"payments": ["whsec_…"], "carrier": ["whsec_…"]}`.

During a rotation a provider has two secrets, and both are valid.
"""

from aws_lambda_powertools.utilities.parameters import SecretsProvider
from pydantic import TypeAdapter

from kernel.client_limits import CLIENT_LIMITS
from kernel.init_phase import cached_at_init
from kernel.settings import setting

MAX_AGE_SECONDS = 300

_SECRETS: TypeAdapter[dict[str, list[str]]] = TypeAdapter(dict[str, list[str]])


@cached_at_init
def _secrets_manager() -> SecretsProvider:
    return SecretsProvider(boto_config=CLIENT_LIMITS)


def webhook_secrets(*, refresh: bool = False) -> dict[str, list[str]]:
    """Return the secrets of each provider.

    Args:
        refresh: Whether to read the current secrets instead of the cached ones.

    Raises:
        GetParameterError: Secrets Manager did not return the secret.
        pydantic.ValidationError: The secret has another form.
    """
    value = _secrets_manager().get(
        setting("WEBHOOK_SECRET_ARN"), max_age=MAX_AGE_SECONDS, transform="json", force_fetch=refresh
    )
    return _SECRETS.validate_python(value)
