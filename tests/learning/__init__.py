"""The bars of what is learned from history, over all apps."""
