"""How well does `valuelib new` map exports that it has not seen? Small exports in the manner of real tools, with the right mapping."""
