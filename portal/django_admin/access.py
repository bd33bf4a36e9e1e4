"""Who reaches Django's admin. These rows are in the table only where the setting ``DJANGO_ADMIN`` is true."""

from portal.access import READ, WRITE, AccessRow
from portal.accounts.enums import Role

_REGION = frozenset({Role.REGION_ADMINISTRATOR.value})

_KNOWN = frozenset(
    {
        *(f"admin:{name}" for name in ("index", "password_change_done", "autocomplete", "jsi18n", "view_on_site")),
        "admin:app_list",
        *(
            f"admin:accounts_{kind}_{page}"
            for kind in ("municipality", "centre", "organisation", "team")
            for page in ("changelist", "change")
        ),
    }
)

ACCESS = (
    AccessRow(
        tree="django-admin/",
        known=_KNOWN,
        methods=READ,
        roles=_REGION,
        why="The region looks at its map; changes go through the services, which leave an audit row.",
    ),
    AccessRow(route="admin:login", methods=READ, roles=_REGION, why="Sends on to the one sign-in page."),
    AccessRow(route="admin:password_change", methods=READ, roles=_REGION, why="Sends on to the own password."),
    AccessRow(route="admin:logout", methods=WRITE, roles=_REGION, why="Sends on to the one way of signing out."),
)
