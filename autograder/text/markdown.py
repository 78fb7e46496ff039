"""Markdown of students as HTML in which nothing runs and nothing is loaded.

HTML in the text is shown as text; so there is nothing to be cleaned. What comes out are the tags
that the renderer writes itself, pictures that the text brings along, and formulas of known TeX
commands. An address is shown and cannot be clicked: a link into Formgrader would be a TA's click
on whatever Formgrader can do.

A text has at most `MAX_TEXT` characters; a longer one is shown as it was typed. Pictures that were
pasted into it do not count: they became attachments when the notebook was read
(`submission.pasted_pictures`).
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Mapping, Sequence
from functools import cache
from html import escape
from urllib.parse import unquote

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

from autograder.text.tex import is_plain_tex

MAX_TEXT = 20_000
Attachments = Mapping[str, Mapping[str, str]]  # name -> type -> base64

_PICTURE = re.compile(
    r"data:image/(?:png|jpeg|gif|webp);base64,[A-Za-z0-9+/ \n]*+={0,2}\s*", re.ASCII
)
_DELIMITERS = {"$$": "$$", "\\[": "\\]", "\\(": "\\)", "$": "$"}  # the longest first


def markdown_to_html(text: str, attachments: Attachments | None = None) -> str:
    """Render a text; never raises, whatever it holds.

    Args:
        text: Markdown as Jupyter knows it, with tables and formulas.
        attachments: the pictures that belong to it.
    """
    html = f'<pre style="white-space: pre-wrap">{escape(text)}</pre>'
    if len(text) <= MAX_TEXT:
        with contextlib.suppress(Exception):  # a page shows what was typed rather than nothing
            html = _renderer().render(text, {"attachments": attachments or {}, "addresses": []})
    # MathJax leaves alone what is not marked as a formula. nbconvert looks for links in what it
    # takes for Markdown, in a time that grows with the square of the brackets.
    return f'<div class="tex2jax_ignore mathjax_ignore">{html.replace("[", "&#91;")}</div>'


@cache
def _renderer() -> MarkdownIt:
    markdown = MarkdownIt("commonmark", {"html": False}, renderer_cls=_Renderer)
    markdown.enable(["table", "strikethrough"])
    markdown.inline.ruler.before("escape", "formula", _formula)
    markdown.block.ruler.before("fence", "formula_block", _formula_block, {"alt": ["paragraph"]})
    # Every address is shown, none is followed.
    markdown.validateLink = lambda url: True  # type: ignore[method-assign] # markdown-it's way
    return markdown


class _Renderer(RendererHTML):
    """Writes what the standard one writes, without addresses and without classes of the text's."""

    def link_open(
        self, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType
    ) -> str:
        address = str(tokens[index].attrs.get("href", ""))
        shown = index + 1 < len(tokens) and tokens[index + 1].content == address
        env["addresses"].append("" if shown else f" ({escape(address)})")
        return "<u>"

    def link_close(
        self, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType
    ) -> str:
        return f"</u>{env['addresses'].pop()}"

    def image(self, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType) -> str:
        token = tokens[index]
        address = str(token.attrs.get("src", ""))
        words = self.renderInlineAsText(token.children or [], options, env)
        source = _picture(address, env["attachments"])
        if source:
            return f'<img alt="{escape(words)}" src="{source}" style="max-width: 100%">'
        return f"<em>(picture {escape(words)}: {escape(address[:200])} is not shown)</em>"

    def fence(self, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType) -> str:
        return f"<pre><code>{escape(tokens[index].content)}</code></pre>\n"

    def formula(
        self, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType
    ) -> str:
        token = tokens[index]
        tag = "div" if token.block else "span"
        return f'<{tag} class="tex2jax_process mathjax_process">{escape(token.content)}</{tag}>'


def _picture(address: str, attachments: Attachments) -> str:
    """A data URL of a picture; empty where the text brings none of that name."""
    if address.startswith("attachment:"):
        bundle = attachments.get(unquote(address.removeprefix("attachment:")))
        if not isinstance(bundle, Mapping) or not bundle:
            return ""
        kind, data = next(iter(bundle.items()))
        address = f"data:{kind};base64,{data if isinstance(data, str) else ''.join(data)}"
    return escape(address) if _PICTURE.fullmatch(address) else ""


def _formula(state: StateInline, silent: bool) -> bool:
    """A formula within a line; one with commands that could do more than draw stays text."""
    start = next((one for one in _DELIMITERS if state.src.startswith(one, state.pos)), "")
    if not start:
        return False
    end = _DELIMITERS[start]
    first = state.pos + len(start)
    last = _find(state, end, first)
    content = state.src[first:last]
    if last < 0 or not content.strip() or not is_plain_tex(content):
        return False
    if start == "$" and (content[0].isspace() or content[-1].isspace()):
        return False  # two prices
    if not silent:
        state.push("formula", "", 0).content = f"{start}{content}{end}"
    state.pos = last + len(end)
    return True


def _find(state: StateInline, end: str, first: int) -> int:
    """Where `end` comes next. Each is looked for in vain once only, not from every place."""
    missing = state.env.setdefault("missing", set())
    key = (state.src, end)
    if key in missing:
        return -1
    found = state.src.find(end, first)
    if found < 0:
        missing.add(key)
    return found


def _formula_block(state: StateBlock, first: int, end_line: int, silent: bool) -> bool:
    """A formula of several lines, which may look like a list or a heading inside."""
    begin = state.bMarks[first] + state.tShift[first]
    if not state.src.startswith("$$", begin):
        return False
    close = state.src.find("$$", begin + 2)
    stop = state.eMarks[end_line - 1] if end_line else 0
    if close < 0 or close >= stop:
        return False
    line = first
    while state.eMarks[line] < close:
        line += 1
    content = state.src[begin : close + 2]
    rest = state.src[close + 2 : state.eMarks[line]]
    if line == first or rest.strip() not in ("", ".", ",") or not is_plain_tex(content[2:-2]):
        return False
    if not silent:
        token = state.push("formula", "", 0)
        token.block, token.content = True, content + rest
        state.line = line + 1
    return True
