from django.apps import AppConfig


class DossiersConfig(AppConfig):
    name = "dossiers"

    def ready(self) -> None:
        """Plugs the packages into what happens below: scans in the vault, decisions in consent."""
        from consent import ports as consent_ports
        from consent.copies import on_copied
        from portal.vault import ports as vault_ports

        from .queries import copies, lookups
        from .services import ending, resting, sealing, upkeep

        vault_ports.on_scanned(sealing.after_scan)
        vault_ports.on_swept(upkeep.after_sweep)
        vault_ports.on_rotated(upkeep.after_rotation)
        consent_ports.on_receivers(lookups.organisations_that_may_get)
        consent_ports.on_given(sealing.after_consent)
        consent_ports.on_withdrawn(ending.stop_for_withdrawal)
        consent_ports.on_lapsed(resting.wait_for_others)
        consent_ports.on_restricted(resting.rest)
        consent_ports.on_unrestricted(resting.go_on)
        consent_ports.on_objected(ending.stop_for_objection)
        consent_ports.on_erased(ending.erase_packages)
        consent_ports.on_recipients(lookups.recipients_known)
        on_copied(copies.coupling_part)
        on_copied(copies.handover_part)
