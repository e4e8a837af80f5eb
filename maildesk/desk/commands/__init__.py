"""What agents write to the desk: ``#`` commands and times, read into typed values. Decides nothing."""
