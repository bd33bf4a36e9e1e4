"""The routes of the Wagtail admin that are open to editors, by name, and those that are shut.

A route that is in neither list is closed to everybody (:func:`portal.access.row_for`) and fails the system check: a new
version of Wagtail opens nothing that nobody here has looked at. Opening one here takes an example of an id of another
organisation in ``tests/pages/test_other_organisation.py``.
"""

from collections.abc import Iterable


def _of(space: str, *names: str) -> Iterable[str]:
    return (f"{space}:{name}" for name in names)


# What a page is changed by. pages.cms_gate asks each of them which page it is about.
_PAGES = (
    *("add", "preview_on_add", "type_use", "type_use_results", "choose_parent", "usage", "edit", "preview_on_edit"),
    *("view_draft", "add_subpage", "delete", "unpublish", "convert_alias", "search", "search_results", "move"),
    *("move_confirm", "set_page_position", "copy", "workflow_action", "collect_workflow_action_data"),
    *("confirm_workflow_cancellation", "workflow_preview", "set_privacy", "lock", "unlock", "revisions_index"),
    *("revisions_view", "revisions_revert", "revisions_unschedule", "revisions_compare", "workflow_history"),
    *("workflow_history_detail", "history", "history_results"),
)
_REPORTS = ("locked_pages", "workflow", "workflow_tasks", "site_history", "aging_pages", "page_types_usage")
_CHOOSER = ("choose", "choose_results", "chosen", "chosen_multiple", "create")
_SNIPPET = ("list", "list_results", "add", "edit", "delete", "usage", "history", "history_results", "copy")

OPEN = frozenset(
    {
        "wagtailadmin_home",
        "wagtailadmin_explore_root",
        "wagtailadmin_explore",
        "wagtailadmin_explore_results",
        "wagtail_bulk_action",
        "wagtailadmin_account",
        "wagtailadmin_dismissibles",
        "wagtailadmin_block_preview",
        "wagtailadmin_sprite",
        "wagtailadmin_javascript_catalog",
        # Whatever Wagtail has no route for: its page that says so.
        "wagtail.admin.views.home.default",
        "wagtailadmin_choose_page",
        "wagtailadmin_choose_page_child",
        "wagtailadmin_choose_page_search",
        "wagtailadmin_choose_page_chosen_multiple",
        "wagtailadmin_choose_page_external_link",
        "wagtailadmin_choose_page_email_link",
        "wagtailadmin_choose_page_phone_link",
        "wagtailadmin_choose_page_anchor_link",
        *_of("wagtailadmin_pages", *_PAGES),
        *_of("wagtailadmin_reports", *_REPORTS, *(f"{name}_results" for name in _REPORTS)),
        *_of("wagtailadmin_editing_sessions", "ping", "release"),
        *_of(
            "wagtail_localize",
            "javascript_catalog",
            "submit_snippet_translation",
            "update_translations",
            "download_pofile",
            "machine_translate",
            "preview_translation",
            "stop_translation",
        ),
        *_of("wagtaildocs", "index", "index_results", "add", "edit", "delete", "document_usage"),
        *_of("wagtailimages", "index", "index_results", "add", "edit", "delete", "image_usage", "preview"),
        *_of("wagtaildocs", "add_multiple", "edit_multiple", "delete_multiple", "delete_upload_multiple"),
        *_of("wagtailimages", "add_multiple", "edit_multiple", "delete_multiple", "delete_upload_multiple"),
        "wagtaildocs:create_multiple_from_uploaded_document",
        "wagtailimages:create_multiple_from_uploaded_image",
        *_of("wagtaildocs_chooser", *_CHOOSER),
        *_of("wagtailimages_chooser", *_CHOOSER, "select_format"),
        "wagtailsnippets:index",
        *_of("wagtailsnippets_pages_glossaryterm", *_SNIPPET),
    }
)

# The translator's editor sends each sentence as PUT, and takes one back as DELETE.
SENTENCES = tuple(_of("wagtail_localize", "edit_string_translation", "edit_override"))

# Shut for everybody, with the reason.
SHUT: dict[str, str] = {
    **dict.fromkeys(
        (
            "wagtailadmin_login",
            "wagtailadmin_logout",
            *(f"wagtailadmin_password_reset{step}" for step in ("", "_done", "_confirm", "_complete")),
        ),
        "there is one way in and out, with a second factor",
    ),
    **dict.fromkeys(
        (
            *_of("wagtailadmin_api:pages", "find", "action"),
            *_of("wagtailadmin_api:documents", "listing", "find"),
            *_of("wagtailadmin_api:images", "listing", "find"),
            *_of("wagtail_localize", "snippets_api_listing", "snippets_api_detail"),
            *_of("wagtailsnippetchoosers_pages_glossaryterm", *_CHOOSER),
            *_of("wagtailembeds", "chooser", "chooser_upload"),
            *_of("wagtailimages", "url_generator", "url_generator_output"),
        ),
        "the editor does not use it",
    ),
    **dict.fromkeys(
        ("django.views.generic.base.TemplateView", "wagtailadmin_error_test"), "Wagtail's own tests of its error pages"
    ),
    "wagtailadmin_tag_autocomplete": "it knows the labels of all files; pages_tags stands in its place",
    "wagtailadmin_tag_model_autocomplete": "it knows the labels of all files; pages_tags stands in its place",
    "wagtail_localize:submit_page_translation": "pages_submit_translation stands in its place",
    "wagtail_localize:upload_pofile": "pages_upload_po stands in its place",
    "wagtail_localize:convert_to_alias": "a copy of the Dutch page would pass for a translation",
    "wagtail_localize:translations_report": "it names the pages of all languages; pages_translations says more",
    "wagtail_localize:translations_report_results": "it names the pages of all languages; pages_translations says more",
}

# Whole trees that are shut, with what will come in them.
SHUT_TREES: dict[str, str] = {
    **dict.fromkeys(("cms/users/", "cms/groups/"), "closed: rights come from memberships"),
    **dict.fromkeys(
        ("cms/sites/", "cms/locales/", "cms/settings/", "cms/workflows/"), "closed: the installation, not editing"
    ),
    "cms/collections/": "closed: collections follow the organisations, see pages.filing",
}
