"""What runs in the background. Domain rows say what is due, so a killed worker loses nothing."""

from .services.ending import discard_forgotten_drafts, expire_due, shred_due
from .services.sealing import advance_due

PERIODIC = [advance_due, expire_due, discard_forgotten_drafts, shred_due]
