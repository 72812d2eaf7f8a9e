"""Is a verdict hard to fool? Made-up clients whose truth is known go through `assess`, many seeds of each."""
