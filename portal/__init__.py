"""The project and its ground floor: settings, accounts, audit, vault and the access table."""
