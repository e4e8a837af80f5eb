"""What becomes of mail that no customer wrote: agents', robots', forwards, outside answers, what nobody can read."""
