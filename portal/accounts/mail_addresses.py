"""Mail addresses and their domains in one spelling, so that one address is one person."""

import unicodedata
from collections.abc import Iterable

from .addresses import mail_address


def fold_address(text: str) -> str:
    """One spelling for one address, the one that is signed in with: :func:`portal.accounts.addresses.mail_address`."""
    return mail_address(text)


def fold_domain(text: str) -> str:
    """A domain as the name system has it: ASCII (IDNA), small letters, no dot at the end; empty if it is none."""
    name = unicodedata.normalize("NFKC", text).strip().lower().removeprefix("@").strip(".")
    try:
        folded = name.encode("idna").decode("ascii").lower()
    except UnicodeError:
        return ""
    labels = folded.split(".")
    fits = len(labels) > 1 and all(
        label and not label.startswith("-") and not label.endswith("-") and label.replace("-", "").isalnum()
        for label in labels
    )
    return folded if fits else ""


def is_in_domains(address: str, domains: Iterable[str]) -> bool:
    """Whether an address belongs to one of the domains or a part of one; with no domains every address does."""
    wanted = {fold_domain(domain) for domain in domains} - {""}
    if not wanted:
        return not list(domains)
    own = fold_domain(fold_address(address).rpartition("@")[2])
    return any(own == domain or own.endswith(f".{domain}") for domain in wanted)
