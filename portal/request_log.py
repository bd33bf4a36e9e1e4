"""One line in the log for each request, by its route: an address may hold a secret or lead to a person."""

from django.http import HttpRequest
from django_structlog.middlewares import RequestMiddleware


class RequestLogMiddleware(RequestMiddleware):
    """Gives a request its id, which the audit log keeps as well, and logs how it ended."""

    @staticmethod
    def format_request(request: HttpRequest) -> str:
        """The method and the route; ``-`` for a request that was answered before it reached a view."""
        match = request.resolver_match
        return f"{request.method} {match.route if match else '-'}"
