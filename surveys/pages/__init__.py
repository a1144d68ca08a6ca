"""What the pages of all apps have in common: what surrounds them, the filing they are about, files they send."""
