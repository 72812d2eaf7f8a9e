"""Customer-value claims put to the test on a client's own survey data. Start reading at `valuelib.assess`."""

__version__ = "0.1.0"
