"""Settings, urls, wsgi, commands: the only place that knows every app."""
