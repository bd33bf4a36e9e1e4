"""How people reach the public site."""
