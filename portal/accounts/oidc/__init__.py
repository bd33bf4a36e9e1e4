"""Signing in through another organisation's OpenID provider (OpenID Connect Core 1.0, authorization code with PKCE).

Who somebody is, is the provider's issuer and its ``sub``, never a mail address. Authlib and requests come with the
extra ``oidc``; without them the portal signs in by itself and offers no provider.
"""

from importlib.util import find_spec


def available() -> bool:
    """Whether the libraries of the extra ``oidc`` are installed."""
    return all(find_spec(name) is not None for name in ("authlib", "joserfc", "requests"))
