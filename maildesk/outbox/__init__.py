"""How mail gets out: relay, Maildir, retry. Knows nothing of tickets or the database."""
