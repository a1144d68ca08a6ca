"""How a round stands: who is where, who is late, and what the form of a new one says."""
