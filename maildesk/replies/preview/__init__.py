"""``templates preview``: every mail as it would look, with made-up tickets, before a customer reads one."""
