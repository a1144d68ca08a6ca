"""What the pages of all apps share: what surrounds them, whom they are about, files they send."""
