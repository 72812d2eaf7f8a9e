"""The chapters on working together, in words, tables and pictures."""
