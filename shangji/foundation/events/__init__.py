"""The outbox: what happened, told to whoever subscribed."""
