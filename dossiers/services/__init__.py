"""What changes: keyword-only, one transaction each, policy first, then the change, then the audit row."""
