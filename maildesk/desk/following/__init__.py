"""When nobody moves, and what the fate of a mail means: follow-up, handing on, delivery, spacing, the watch."""
