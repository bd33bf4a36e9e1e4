"""Couplings and handover packages: what travels with a person from the centre to the municipality."""
