"""Pages that few people open, loaded when somebody does: a start does not pay for them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import URLResolver
from django.urls.resolvers import RoutePattern
from django.utils.module_loading import import_string

Page = Callable[..., HttpResponse]


def later(name: str, *, public: bool = False) -> Page:
    """The page of a dotted name, imported with its first request.

    Args:
        public: open without a sign-in. What else stands on the page itself (rights, methods)
            holds as it is; this one mark is read before the page is called.
    """

    def page(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        answer: HttpResponse = import_string(name)(request, *args, **kwargs)
        return answer

    page.__module__, _, page.__name__ = name.rpartition(".")
    page.__qualname__ = page.__name__
    if public:
        page.__dict__["login_required"] = False  # as login_not_required does
    return page


class Later(URLResolver):
    """Addresses in a namespace of their own, whose module is imported with their first request.

    Django gathers the names of all addresses when it first makes one; those of a namespace are
    not needed for that, so they stay where they are until somebody asks for one of them.
    """

    def __init__(self, route: str, module: str, namespace: str) -> None:
        super().__init__(RoutePattern(route), module, app_name=namespace, namespace=namespace)

    def _populate(self) -> None:
        if "url_patterns" in self.__dict__:
            super()._populate()


class Pages:
    """A module of pages, imported with the first request for one of them.

    An attribute is the page of that name, as `later` makes it.
    """

    def __init__(self, module: str) -> None:
        self._module = module

    def __getattr__(self, name: str) -> Page:
        return later(f"{self._module}.{name}")


def pages_of(package: str, names: str) -> list[Pages]:
    """Modules of a package of pages by their names, with blanks between."""
    return [Pages(f"{package}.{name}") for name in names.split()]
