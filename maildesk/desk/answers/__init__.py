"""What an agent's answer holds: their own words, files, canned answers and articles, and the guard's last look."""
