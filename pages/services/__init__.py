"""What readers send and editors do with it."""
