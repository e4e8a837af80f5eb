"""The mails that decisions ask for: who hears what, threaded where, with which facts. ``replies`` words them."""
