"""The policy lab: decisions held as columns in memory, decided anew by any policy in one pass. No SQL here."""
