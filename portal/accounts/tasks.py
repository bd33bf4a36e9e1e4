"""What the worker does for accounts, again and again: the tables say what is due."""

from django.core.cache import cache
from django.utils import timezone
from django_tasks import task
from qsessions.models import Session

from .lockout import clear_paces
from .messages import deliver_due, gather_digests
from .models import User
from .services import announce_ready, dormancy, expire_resets, forgotten, reviews, sync_groups
from .services.memberships import CMS_ROLES, groups_for, is_cms_group


def sync_lapsed_groups() -> int:
    """Take users whose editing role lapsed on its last day out of Wagtail's groups; the gate stopped them already."""
    members = User.objects.filter(groups__name__in=CMS_ROLES).distinct()
    lapsed = 0
    for user in members.prefetch_related("groups"):
        ours = {name for name in (group.name for group in user.groups.all()) if is_cms_group(name)}
        if ours - groups_for(user):
            sync_groups(user=user)
            lapsed += 1
    return lapsed


def clear_sessions() -> int:
    """Remove sessions that are over. Looks first: a DELETE takes SQLite's write lock even for nothing."""
    over = Session.objects.filter(expire_date__lt=timezone.now())
    return over.delete()[0] if over.exists() else 0


def hourly() -> int:
    """Reviews and sleeping accounts, whose days need no looking at each second; once an hour in this process."""
    if not cache.add("accounts:hourly", 1, timeout=3600):
        return 0
    works = (
        reviews.close_due_reviews,
        reviews.open_due_reviews,
        reviews.remind_reviewers,
        dormancy.put_to_sleep,
        dormancy.warn_dormant,
    )
    return sum(work() for work in works)


@task()
def mail_password_link(sealed: str) -> None:
    """See :func:`portal.accounts.services.forgotten.mail_password_link`."""
    forgotten.mail_password_link(sealed=sealed)


PERIODIC = [
    announce_ready,
    expire_resets,
    gather_digests,
    deliver_due,
    sync_lapsed_groups,
    clear_sessions,
    clear_paces,
    hourly,
]
