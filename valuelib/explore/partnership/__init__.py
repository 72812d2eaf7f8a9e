"""How the two sides work together: effort, co-creation, both views, time, people and what was said."""
