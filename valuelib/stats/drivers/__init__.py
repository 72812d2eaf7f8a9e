"""How is explained variance shared out among correlated predictors? Exact decompositions of R2 from correlations."""
