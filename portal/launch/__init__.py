"""What ``make`` starts before anything is installed: only the standard library of the system's Python."""

import sys

if not (3, 11) <= sys.version_info[:2] < (3, 14):
    sys.exit(
        "This needs Python 3.11, 3.12 or 3.13; `python3` here is "
        + ".".join(str(part) for part in sys.version_info[:3])
        + ". Install one of those and start again with: make PYTHON=python3.11 …"
    )
