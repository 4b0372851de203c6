"""Pure helpers: no models, no settings, no clock, no request."""
