"""Keeping ten languages true: what each was made from, how text reaches the translator and comes back."""
