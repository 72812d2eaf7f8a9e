"""Which ratings go with recommending, and how much of it is each tier, category and element?"""
