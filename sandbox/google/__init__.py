"""A Google on this machine: OAuth, Gmail, Calendar and People as the real client libraries speak to them."""
