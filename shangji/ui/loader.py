"""Templates whose unchanging runs are rendered once per language, and whose addresses are cheap.

Half of a page's nodes are words, icons and addresses that only the language decides. After a
template is compiled, neighbours of that kind become one node. It renders them without the
page's context, so nothing of a reader can get into what is kept. Other addresses are made from
their shape instead of a search through all patterns.
"""

from collections.abc import Iterator, Sequence
from threading import Lock
from typing import Any, cast
from weakref import WeakSet

from django.template import Context, Node, NodeList, Template
from django.template.base import FilterExpression, TextNode, Variable
from django.template.defaulttags import CommentNode, IfNode, LoadNode, URLNode
from django.template.library import SimpleNode
from django.template.loaders import cached
from django.templatetags.i18n import TranslateNode
from django.templatetags.static import StaticNode
from django.urls import get_script_prefix
from django.utils.translation import get_language

from shangji.lib.markup import escape
from shangji.ui import assets
from shangji.ui.addresses import address
from shangji.ui.templatetags.ui import asset, html_lang, icon, words

_lock = Lock()
_joined: WeakSet[Template] = WeakSet()
_SILENT = (TextNode, CommentNode, LoadNode)
#: tags that read nothing of a page but their arguments
_FIXED = (icon, asset, html_lang, words)


class Loader(cached.Loader):
    """Django's cached loader; what it keeps is joined."""

    def get_template(self, template_name: str, skip: Any = None) -> Template:
        template = super().get_template(template_name, skip)
        if template not in _joined:
            with _lock:  # nobody renders what is half joined
                if template not in _joined:
                    join(template.nodelist, spare=not self.engine.debug)
                    if not self.engine.debug:
                        template.source = ""
                    _joined.add(template)
        return template


#: language, prefix of addresses, what the front end was built to
_Key = tuple[str | None, str, assets.Build]


def _key(context: Context) -> _Key:
    """What decides the text of a kept run; worked out once for a page, not for each of forty."""
    key: _Key | None = context.__dict__.get("kept_key")
    if key is None:
        key = (get_language(), get_script_prefix(), assets.build())
        context.__dict__["kept_key"] = key
    return key


class Kept(Node):
    """Nodes that read nothing of the context; their text by language and build."""

    child_nodelists = ()

    def __init__(self, nodes: Sequence[Node]) -> None:
        self.nodes = NodeList(nodes)
        self.texts: dict[_Key, str] = {}

    def render(self, context: Context) -> str:
        key = _key(context)
        text = self.texts.get(key)
        if text is None:
            nothing = Context()
            with nothing.bind_template(cast(Template, context.template)):
                text = self.texts[key] = self.nodes.render(nothing)
        return text


class Address(Node):
    """`{% url %}` with arguments of the page."""

    child_nodelists = ()

    def __init__(self, name: str, args: Sequence[FilterExpression]) -> None:
        self.name, self.args = name, args

    def render(self, context: Context) -> str:
        return escape(address(self.name, *(one.resolve(context) for one in self.args)))


def join(nodes: NodeList, *, spare: bool = False) -> None:
    """Replace neighbours that only the language decides, here and inside other nodes.

    Args:
        spare: forget where in its file a node stood, which only Django's page of faults shows.
    """
    joined: list[Node] = []
    run: list[Node] = []
    for node in nodes:
        if spare:
            node.token = None
        if _is_fixed(node):
            run.append(node)
            continue
        joined += _kept(run)
        run = []
        joined.append(_cheaper(node))
        for inner in _inside(node):
            join(inner, spare=spare)
    nodes[:] = [*joined, *_kept(run)]


def _kept(run: list[Node]) -> list[Node]:
    """A run as one node; text alone stays as it is."""
    if all(isinstance(node, _SILENT) for node in run):
        return run
    kept = Kept(run)
    kept.token, kept.origin = run[0].token, run[0].origin
    return [kept]


def _cheaper(node: Node) -> Node:
    """An address of the page by its shape; any other node as it is."""
    if not isinstance(node, URLNode) or node.asvar or node.kwargs:
        return node
    if not _is_constant(node.view_name):
        return node
    found = Address(str(node.view_name.var), node.args)
    found.token, found.origin = node.token, node.origin
    return found


def _inside(node: Node) -> Iterator[NodeList]:
    if isinstance(node, IfNode):
        yield from (found for _condition, found in node.conditions_nodelists)
        return
    for name in node.child_nodelists:
        found = getattr(node, name, None)
        if isinstance(found, NodeList):
            yield found


def _is_fixed(node: Node) -> bool:
    if isinstance(node, _SILENT):
        return True
    if isinstance(node, TranslateNode):
        given, name = [node.filter_expression], node.asvar
        if node.message_context is not None:
            given.append(node.message_context)
    elif isinstance(node, URLNode):
        given, name = [node.view_name, *node.args, *node.kwargs.values()], node.asvar
    elif isinstance(node, StaticNode):
        given, name = [node.path], node.varname
    elif isinstance(node, SimpleNode) and node.func in _FIXED:
        given, name = [*node.args, *node.kwargs.values()], node.target_var
    else:
        return False
    return name is None and all(_is_constant(one) for one in given)


def _is_constant(one: FilterExpression) -> bool:
    """A text in quotes or a number, without a filter."""
    if one.filters:
        return False
    return not isinstance(one.var, Variable) or one.var.lookups is None
