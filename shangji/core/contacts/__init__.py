"""People, their addresses and consents."""
