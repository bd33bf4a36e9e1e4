"""A region to try things out in: fictitious organisations, accounts, families and packages.

Everything follows from a seed: the same seed gives the same ids, names and bytes. Nothing in here is about anybody who
exists; the mail domain is reserved by RFC 2606. ``manage.py load_demo`` refuses to run outside a demo or a test.
"""
