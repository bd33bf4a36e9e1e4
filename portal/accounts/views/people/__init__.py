"""The pages about people: invitations, colleagues, who has access, organisations, reviews."""
