"""The command line: one file per group of commands. ``main`` is the only one that knows them all."""
