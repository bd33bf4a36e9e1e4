#!/usr/bin/env python
"""Run a management command; without DJANGO_SETTINGS_MODULE it works on the demo under ``var/``."""

import os
import sys

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.demo")
    execute_from_command_line(sys.argv)
