"""The REST API of described types: nothing here names a type.

`reading` reads requests, `showing` writes records as data, `doors` is what an app's own `api.py`
uses, `records` are the routes every type has. Loaded with the first request of a program.
"""
