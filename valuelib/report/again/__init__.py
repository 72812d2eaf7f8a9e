"""Is this still the report that was made, would it be made again, and what has changed since the one before?"""
