"""Mails in an agent's day that no ticket causes: the welcome, the daily list, reminders, and what came while away."""
