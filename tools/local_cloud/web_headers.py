"""The security headers of the web page, the same as CloudFront's in template.yaml. A test compares both."""


def security_headers(cognito: str) -> dict[str, str]:
    """Return the headers of every response.

    Args:
        cognito: The origin of the Cognito endpoint where the page signs users in.
    """
    return {
        "Content-Security-Policy": content_security_policy(cognito),
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Referrer-Policy": "same-origin",
    }


def content_security_policy(cognito: str) -> str:
    """Return the policy: the page may use its own origin and `cognito`, and no inline scripts or styles."""
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' data:; "
        f"connect-src 'self' {cognito}; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    )
