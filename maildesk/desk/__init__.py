"""What the desk decides: facts in, actions out. Pure: ``now``, ids and settings are arguments."""
