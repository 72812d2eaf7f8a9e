"""What do several studies say of each claim together? From their results.json only."""
