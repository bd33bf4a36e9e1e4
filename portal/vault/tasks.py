"""Work in the background. The rows say what is due; the queue is only a hint to start at once."""

from datetime import timedelta

from django.conf import settings
from django.utils import timezone
from django_tasks import task

from . import services
from .enums import FileState, Scan
from .models import StoredFile
from .scanning import scan_file

SCANS_AT_A_TIME = 10


@task()
def scan(file_public_id: str) -> str:
    """Inspects and scans one file, if it waits for that. Idempotent; returns the state of the scan."""
    file = StoredFile.objects.filter(public_id=file_public_id).first()
    return scan_file(file).value if file is not None else ""


def scan_due() -> int:
    """Scans files that wait: new ones, and those whose scanner was away. Returns how many got a result."""
    due = StoredFile.objects.filter(state=FileState.STORED, scan=Scan.PENDING, scan_due_at__lte=timezone.now())
    files = list(due.select_related("container").order_by("scan_due_at")[:SCANS_AT_A_TIME])
    return sum(scan_file(file) is not Scan.PENDING for file in files)


def sweep_abandoned() -> int:
    """Removes uploads that were cut off, and blobs whose keys are gone. Returns how many uploads."""
    return services.sweep(older_than=timedelta(seconds=settings.VAULT_ABANDONED_AFTER_SECONDS))


PERIODIC = [scan_due, sweep_abandoned]
