"""The security headers of the web page, the same as CloudFront's in template.yaml. A test compares both."""


def security_headers(*origins: str) -> dict[str, str]:
    """Return the headers of every response.

    Args:
        origins: The other origins that the page sends requests to, such as `wss://host`.
    """
    connect_to = " ".join(("'self'", *origins))
    # The page may use its own origin and these, and no inline scripts or styles.
    policy = (
        "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' data:; "
        f"connect-src {connect_to}; object-src 'none'; "
        "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    )
    return {
        "Content-Security-Policy": policy,
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Referrer-Policy": "same-origin",
    }
