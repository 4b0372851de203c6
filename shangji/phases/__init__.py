"""The five phases. Independent of one another; they speak through core and events."""
