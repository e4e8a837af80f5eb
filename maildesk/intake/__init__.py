"""How mail gets in: SMTP and LMTP, IMAP, a pipe. Each says "taken" only after the commit."""
