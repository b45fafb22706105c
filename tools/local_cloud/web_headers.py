"""The security headers of the web page, as CloudFront sends them from template.yaml. A test compares the two."""


def security_headers(cognito: str) -> dict[str, str]:
    """The headers of every answer.

    Args:
        cognito: the origin at which the page signs people in.
    """
    return {
        "Content-Security-Policy": content_security_policy(cognito),
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Referrer-Policy": "same-origin",
    }


def content_security_policy(cognito: str) -> str:
    """What the page may load and call: its own origin, and `cognito`. No inline script, and no inline style either."""
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' data:; "
        f"connect-src 'self' {cognito}; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    )
