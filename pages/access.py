"""Who reaches the public site and the editors' admin."""

from django.utils.translation import gettext_lazy as _

from pages.cms_routes import OPEN, SENTENCES, SHUT, SHUT_TREES
from portal.access import ANY_ROLE, NOBODY, READ, READ_WRITE, WRITE, AccessRow, Proof
from portal.accounts.enums import Role
from portal.navigation import Entry

EDITORS = frozenset({Role.EDITOR.value, Role.TRANSLATOR.value, Role.PUBLISHER.value})

ACCESS = (
    AccessRow(route="to_language", proof=Proof.NOTHING, why="the beginning of the public site"),
    AccessRow(route="wagtail_serve", proof=Proof.NOTHING, why="public pages; the view guards private ones"),
    AccessRow(route="search", proof=Proof.NOTHING, why="searching public pages"),
    AccessRow(route="feedback_thanks", proof=Proof.NOTHING, why="a word of thanks and an empty form"),
    *(
        AccessRow(route=route, methods=WRITE, proof=Proof.NOTHING, why="readers say what they miss; see pages.sending")
        for route in ("search_not_found", "feedback", "feedback_missing")
    ),
    AccessRow(route="calendar", proof=Proof.NOTHING, why="public events as a calendar"),
    *(
        AccessRow(route=route, proof=Proof.NOTHING, why="which public pages changed")
        for route in ("changes_rss", "changes_atom")
    ),
    *(
        AccessRow(route=route, proof=Proof.NOTHING, why="keeping public pages on a telephone")
        for route in ("service_worker", "manifest", "offline")
    ),
    AccessRow(route="sitemap", proof=Proof.NOTHING, why="public pages only"),
    AccessRow(route="robots", proof=Proof.NOTHING, why="public by nature"),
    AccessRow(route="security_txt", proof=Proof.NOTHING, why="public by nature"),
    AccessRow(route="favicon", proof=Proof.NOTHING, why="public by nature"),
    AccessRow(route="media", proof=Proof.NOTHING, why="pictures on public pages; the view refuses all else"),
    AccessRow(
        route="wagtaildocs_serve", proof=Proof.NOTHING, why="public leaflets; the view guards private collections"
    ),
    AccessRow(route="leaflet", proof=Proof.NOTHING, why="public pages on paper; the view knows no others"),
    AccessRow(route="interpreter_card", proof=Proof.NOTHING, why="says only which language somebody speaks"),
    AccessRow(route="short_address", proof=Proof.NOTHING, why="leads to public pages only"),
    AccessRow(route="cms_sign_in", proof=Proof.NOTHING, why="sends on to the one sign-in page"),
    AccessRow(route="cms_password_reset", proof=Proof.NOTHING, why="sends on to the one sign-in page"),
    AccessRow(
        route="cms_sign_out",
        methods=WRITE,
        proof=Proof.PASSWORD,
        roles=ANY_ROLE,
        why="whoever is signed in may sign out",
    ),
    # Not even a superuser changes accounts past the log.
    *(AccessRow(tree=tree, methods=READ_WRITE, roles=NOBODY, why=why) for tree, why in SHUT_TREES.items()),
    *(AccessRow(route=route, methods=READ_WRITE, roles=NOBODY, why=why) for route, why in SHUT.items()),
    *(
        AccessRow(
            route=route,
            methods=methods,
            proof=Proof.SECOND_FACTOR,
            roles=EDITORS,
            why="who may translate which page into which language: pages.policy",
        )
        for route, methods in {
            "pages_translations": READ,
            "pages_translation": READ,
            "pages_translation_translate": WRITE,
            "pages_translation_follows": WRITE,
            "pages_translation_checked": WRITE,
            "pages_translation_ready": WRITE,
            "pages_submit_translation": READ_WRITE,
            "pages_upload_po": WRITE,
        }.items()
    ),
    *(
        AccessRow(
            route=route, proof=Proof.SECOND_FACTOR, roles=EDITORS, why="what readers read, miss and say; no names"
        )
        for route in (
            "pages_statistics",
            "pages_to_review",
            "feedback:index",
            "feedback:index_results",
            "searchmiss:index",
            "searchmiss:index_results",
            "checkedlink:index",
            "checkedlink:index_results",
        )
    ),
    *(
        AccessRow(
            route=route,
            methods=READ_WRITE,
            proof=Proof.SECOND_FACTOR,
            roles=EDITORS,
            why="closing what readers said; pages.policy.languages_heard decides in which languages",
        )
        for route in ("feedback:edit", "searchmiss:edit")
    ),
    AccessRow(
        route="pages_recording",
        methods=READ_WRITE,
        proof=Proof.SECOND_FACTOR,
        roles=EDITORS,
        why="reading a page aloud; pages.cms_gate asks who may edit the page",
    ),
    AccessRow(
        route="pages_reading_level",
        methods=WRITE,
        proof=Proof.SECOND_FACTOR,
        roles=EDITORS,
        why="measures what the editor sends and keeps nothing",
    ),
    *(
        AccessRow(route=route, proof=Proof.SECOND_FACTOR, roles=EDITORS, why=why)
        for route, why in {
            "pages_tags": "labels of files that this editor may choose",
            "wagtailadmin_api:pages:listing": "the menu of pages; pages.sight says which",
            "wagtailadmin_api:pages:detail": "the menu of pages; pages.sight says which",
            "wagtailadmin_api:images:detail": "the translator's editor; pages.filing says which",
            "wagtailadmin_api:documents:detail": "the translator's editor; pages.filing says which",
        }.items()
    ),
    *(
        AccessRow(
            route=route,
            methods=frozenset({"PUT", "DELETE"}),
            proof=Proof.SECOND_FACTOR,
            roles=EDITORS,
            why="one sentence of a translation; pages.cms_gate asks who may edit the page",
        )
        for route in SENTENCES
    ),
    AccessRow(
        tree="cms/",
        known=OPEN,
        methods=READ_WRITE,
        proof=Proof.SECOND_FACTOR,
        roles=EDITORS,
        why="editors, translators and publishers; pages.cms_gate and pages.policy decide which page and which file",
    ),
)

NAVIGATION = (Entry(route="wagtailadmin_home", label=_("Redactie"), order=40),)
