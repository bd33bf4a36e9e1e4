"""Settings: ``base`` reads the environment; ``demo``, ``test`` and ``production`` say what differs."""
