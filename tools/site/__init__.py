"""The documents as a site, and what in them is drawn or written from the code."""
