"""How well does `valuelib new` map an export? Small exports in the manner of real tools, with the right mapping of each."""
