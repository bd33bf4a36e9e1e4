"""Which rows an actor may see. ``sets`` holds the querysets of the models, ``lookups`` gets single objects."""
