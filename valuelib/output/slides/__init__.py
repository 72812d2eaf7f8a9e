"""The report as slides that a consultant can edit: native charts and tables, notes with the reasons, the consultancy's template."""
