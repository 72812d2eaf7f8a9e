"""Do planted facets, gaps, growth, team links and agreement of coders come back, and are planted nulls left alone?"""
