"""The person's own pages: read alone after signing in, or at a desk together with a professional."""
