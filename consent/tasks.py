"""Work in the background."""

from .services.drafts import sweep_drafts

PERIODIC = [sweep_drafts]
