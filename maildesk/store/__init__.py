"""What lasts: tables, migrations, queries, claims, and the one writer of decisions."""
