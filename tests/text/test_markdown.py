"""Nothing that a student wrote in Markdown runs or is loaded; honest texts look as they should."""

from __future__ import annotations

import time
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nbconvert.filters.strings import strip_files_prefix

from autograder.submission.pasted_pictures import pictures_to_attachments
from autograder.text.highlight import highlight_python
from autograder.text.markdown import MAX_TEXT, markdown_to_html
from autograder.text.tex import is_plain_tex
from tests.fuzz import few

PNG = {"map.png": {"image/png": "aGk="}}
HARMLESS = {
    "a": (), "blockquote": (), "br": (), "code": (), "div": ("class",), "em": (), "h1": (),
    "h2": (), "h3": (), "h4": (), "h5": (), "h6": (), "hr": (), "img": ("alt", "src", "style"),
    "li": (), "ol": ("start",), "p": (), "pre": ("style",), "s": (), "span": ("class",),
    "strong": (), "table": (), "tbody": (), "td": ("style",), "th": ("style",), "thead": (),
    "tr": (), "u": (), "ul": (),
}  # fmt: skip
STYLES = {
    "max-width: 100%",
    "white-space: pre-wrap",
    "text-align:left",
    "text-align:center",
    "text-align:right",
}
CLASSES = {
    "tex2jax_ignore mathjax_ignore",
    "tex2jax_process mathjax_process",
}


class Seen(HTMLParser):
    """What a browser would make elements of."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.wrong: list[str] = []
        self.formulas: list[str] = []
        self.text = ""
        self._in_formula = False
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self._in_formula = ("class", "tex2jax_process mathjax_process") in attrs
        if self._in_formula:
            self.formulas.append("")
        for name, value in attrs:
            allowed = name in HARMLESS.get(tag, ())
            allowed &= name != "src" or value.startswith("data:image/")
            allowed &= name != "style" or value in STYLES
            allowed &= name != "class" or value in CLASSES
            if not allowed:
                self.wrong.append(f"{tag} {name}={value}")
        if tag not in HARMLESS:
            self.wrong.append(tag)

    def handle_endtag(self, tag):
        self._in_formula = False

    def handle_data(self, data):
        self.text += data
        if self._in_formula:
            self.formulas[-1] += data

    def handle_comment(self, data):
        self.wrong.append(f"comment {data}")

    handle_decl = handle_pi = unknown_decl = handle_comment


def seen(text: str, attachments=PNG) -> Seen:
    return Seen(markdown_to_html(text, attachments))


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("**both** _maps_", "<strong>both</strong> <em>maps</em>"),
        ("- ears\n- eyes", "<li>ears</li>"),
        ("| a | b |\n|---|--:|\n| 1 | 2 |", '<td style="text-align:right">2</td>'),
        ("```python\nx < 1\n```", "<pre><code>x &lt; 1\n</code></pre>"),
        ("a $w_{k,c} > 0$ b", ' mathjax_process">$w_{k,c} &gt; 0$</span>'),
        ("a $i<j$ b", ' mathjax_process">$i&lt;j$</span>'),
        ("$$\n- x \\\\\n= \\frac{1}{2}\n$$", ' mathjax_process">$$\n- x'),
        ("`$x$`", "<code>$x$</code>"),
        ("from $5 to $6", "from $5 to $6"),
        ("![map](attachment:map.png)", '<img alt="map" src="data:image/png;base64,aGk="'),
        ("[the paper](https://arxiv.org/abs/1512.04150)",
         "<u>the paper</u> (https://arxiv.org/abs/1512.04150)"),
        ("<br> a < b", "&lt;br&gt; a &lt; b"),
    ],
)  # fmt: skip
def test_an_honest_text_looks_as_it_should(source, html):
    assert html in markdown_to_html(source, PNG)


@pytest.mark.parametrize(
    "source",
    [
        "<script>window.owned=1</script>",
        "<img src=x onerror=window.owned=1>",
        "[a](javascript:window.owned=1)",
        "[a](/formgrader/manage_students/x)",
        "[a](https://evil.invalid)",
        "<javascript:window.owned=1>",
        "![a](https://evil.invalid/x.png)",
        "![a](/logout)",
        "![a](data:image/svg+xml;base64,PHN2Zz4=)",
        "![a](data:text/html;base64,PHN2Zz4=)",
        '![a](attachment:map.png "x\\" onload=1")',
        '![" onerror="window.owned=1](attachment:map.png)',
        "<svg onload=window.owned=1>",
        "<style>body{display:none}</style>",
        "<base href=https://evil.invalid>",
        "<form action=https://evil.invalid><input></form>",
        '<div style="position:fixed;inset:0;z-index:9999">x</div>',
        "<!-- --><script>window.owned=1</script>",
        '``` "><script>window.owned=1</script>\n```',
        "$<script>window.owned=1</script>$",
        "$$\n</div><script>window.owned=1</script>\n$$",
    ],
)
def test_a_hostile_text_is_text(source):
    assert seen(source).wrong == []
    assert "a" not in {tag for tag in ("script", "style") if f"<{tag}" in markdown_to_html(source)}


def test_attachments_that_are_no_pictures_are_not_shown():
    for bundle in (
        {"image/png": '"><script>'},
        {"image/svg+xml": "aGk="},
        {"text/html": "aGk="},
        {},
        5,
    ):
        shown = seen("![a](attachment:map.png)", {"map.png": bundle})
        assert shown.wrong == [] and "is not shown" in shown.text


@pytest.mark.parametrize(
    "formula",
    [
        r"\href{javascript:window.owned=1}{x}",
        r"\class{btn full-credit}{x}",
        r"\style{position:fixed}{x}",
        r"\cssId{comment}{x}",
        r"\bbox[position:fixed]{x}",
        r"\require{html}x",
        r"\def\a{\href}x",
        r"\let\a\href x",
        r"\newcommand{\a}{x}",
        r"\mmlToken{mi}[href=javascript:window.owned=1]{x}",
        r"\unicode[serif]{x}",
        r"\begin{unknown}x\end{unknown}",
        r"\begin {href}x\end {href}",
        r"\begin{" + "a" * 30 + "}x",
        "{" * 100 + "x" + "}" * 100,
        "x" * 3000,
    ],
)
def test_a_formula_that_could_do_more_than_draw_is_text(formula):
    assert not is_plain_tex(formula)
    for text in (f"${formula}$", f"$$ {formula} $$", f"$$\n{formula}\n$$", f"\\\\({formula}\\\\)"):
        assert seen(text).formulas == []


def as_on_a_page(text: str) -> str:
    """Rendered after the notebook that holds it was read."""
    return markdown_to_html(*pictures_to_attachments(text, {}))


def test_a_picture_that_was_pasted_into_a_long_text_is_drawn_and_so_is_the_rest():
    picture = f"![map](data:image/png;base64,{'aGk9' * MAX_TEXT})"
    html = as_on_a_page(f"A *map*: {picture}, then $x$ and {picture}.")
    assert html.count('<img alt="map" src="data:image/png;base64,aGk9') == 2
    assert "<em>map</em>" in html
    assert Seen(html).formulas == ["$x$"]


def test_what_is_no_picture_is_not_drawn_however_long_it_is():
    for kind in ("image/svg+xml", "text/html", "image/unknown"):
        html = as_on_a_page(f"![map](data:{kind};base64,aGk9)")
        assert "<img" not in html
        assert Seen(html).wrong == []


def test_every_formula_of_the_lab_is_drawn(root):
    import nbformat

    notebook = nbformat.read(root / "source" / "lab09" / "lab09.ipynb", as_version=4)
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            outside = cell.source.count("$") - sum(
                formula.count("$") for formula in Seen(as_on_a_page(cell.source)).formulas
            )
            assert outside == 0, cell.id


@few
@given(st.text(max_size=300), st.text("[]()!<>*_`~\\$|-+#\n &;:\"'aé", max_size=200))
def test_whatever_is_written_is_harmless(words, marks):
    for text in (words, marks, words + marks):
        assert seen(text).wrong == []
        assert all(is_plain_tex(formula.strip("$.,\n ")) or "\\" in formula
                   for formula in seen(text).formulas)  # fmt: skip
        highlighted = Seen(highlight_python(text)).wrong
        assert not [one for one in highlighted if "class=" not in one]


ATOMS = [
    *"*_`[<&\\$~|>-#=!('\"", "![", "](", "[a](<b", "[a]: b\n", "\\(", "\\[", "$$ a\n", "**", " \n",
    "a.", "'''", '"""', "\n\n", "> ", "- ", "```", "&amp", "<!--", "|\n|-|\n",
]  # fmt: skip


@pytest.mark.parametrize("atom", ATOMS)
def test_a_page_is_made_in_a_time_that_is_bounded(atom):
    began = time.process_time()
    text = (atom * MAX_TEXT)[:MAX_TEXT]
    strip_files_prefix(markdown_to_html(text))
    markdown_to_html(text * 50)
    highlight_python(text * 5)
    assert time.process_time() - began < 3
