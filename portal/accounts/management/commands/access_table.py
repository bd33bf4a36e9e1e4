"""``manage.py access_table``: who reaches what, as a page."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import override

from portal.access import ANY_COLLEAGUE, ANY_ROLE, AccessRow, Proof, rows_for
from portal.accounts.routes import all_routes

PAGE = "docs/access.md"
PROOFS = {
    Proof.NOTHING: "none",
    Proof.PASSWORD: "password",
    Proof.SECOND_FACTOR: "second factor",
    Proof.RECENT_SECOND_FACTOR: "second factor, recent",
}
HEAD = """# Who reaches what

Made by `manage.py access_table --markdown` from the `access.py` of each app; a test compares the two. Which rows
somebody sees behind a route is the business of that app's `policy.py` and `queries.py`.

A route that is not in this table is closed to everybody. Whoever has not signed in is sent to the sign-in page for
every address that is not public, existing or not; whoever is signed in gets 404 for what is not theirs.

{routes} routes, {rows} rows. A tree of a library is one row for the routes of it that are open, by name; any other is
closed. Where `DJANGO_ADMIN` is true, `/django-admin/` comes besides: read only, for the region's administrator with a
recent second factor.

| route | address | methods | proof | roles | why |
|---|---|---|---|---|---|
"""


class Command(BaseCommand):
    """Prints the access table, or compares the page in ``docs/`` with it."""

    help = "Prints who reaches which route."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--markdown", action="store_true", help="The text of docs/access.md.")
        parser.add_argument("--check", action="store_true", help="Fail if docs/access.md differs.")

    def handle(self, *args: Any, **options: Any) -> None:
        with override(settings.LANGUAGE_CODE):  # public addresses begin with the language that is active
            lines = _lines()
        page = HEAD.format(routes=len(all_routes()), rows=len(lines)) + "".join(
            f"| {' | '.join(line)} |\n" for line in lines
        )
        if options["check"]:
            path = settings.BASE_DIR / PAGE
            if not path.exists() or path.read_text(encoding="utf-8") != page:
                raise CommandError(f"{PAGE} is out of date: manage.py access_table --markdown > {PAGE}")
        elif options["markdown"]:
            self.stdout.write(page, ending="")
        else:
            for line in lines:
                self.stdout.write("  ".join(line[:5]))


def _lines() -> list[tuple[str, ...]]:
    """One line a row of the table, in the order of the addresses; a library's tree is one line for all its routes."""
    lines: dict[tuple[str, ...], None] = {}
    for route in all_routes():
        for row in rows_for(view_name=route.view_name, route=route.route):
            name, address = (
                (f"`{row.tree}…`" + (f" ({len(row.known)} routes, by name)" if row.known else ""), f"`/{row.tree}…`")
                if row.tree
                else (f"`{row.route}`", f"`/{route.route.removeprefix('^')}`")
            )
            lines[(name, address.replace("|", "\\|"), *_rest(row))] = None
    return list(lines)


def _rest(row: AccessRow) -> tuple[str, ...]:
    everybody = {ANY_ROLE: "everybody", ANY_COLLEAGUE: "everybody but a person"}
    roles = "—" if row.proof is Proof.NOTHING else everybody.get(row.roles) or ", ".join(sorted(row.roles))
    return ", ".join(sorted(row.methods)), PROOFS[row.proof], roles, row.why.replace("|", "\\|")
