"""TeX that draws a formula and can do nothing else.

MathJax also knows commands that make links, load extensions, set styles and define other commands.
So only commands on a list are let through; a list of the others would never be whole.
"""

from __future__ import annotations

import re

MAX_TEX = 2_000
_COMMAND = re.compile(r"\\([A-Za-z]+)")
_ENVIRONMENT = re.compile(r"\\(?:begin|end)\s*+\{([^{}]{0,20})\}")
_NESTING = 40


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_ENVIRONMENTS = _words(
    "align align* aligned array bmatrix Bmatrix cases equation equation* gather gather* gathered "
    "matrix pmatrix smallmatrix split vmatrix Vmatrix"
)
_COMMANDS = _words(
    """
    alpha beta gamma delta epsilon varepsilon zeta eta theta vartheta iota kappa lambda mu nu xi
    omicron pi varpi rho varrho sigma varsigma tau upsilon phi varphi chi psi omega Gamma Delta
    Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega
    frac dfrac tfrac cfrac binom dbinom tbinom sqrt sum prod coprod int iint iiint oint bigcup
    bigcap bigoplus bigotimes bigvee bigwedge lim limsup liminf max min sup inf arg det dim exp
    gcd hom ker lg ln log Pr sin cos tan cot sec csc sinh cosh tanh coth arcsin arccos arctan deg
    operatorname limits nolimits displaystyle textstyle scriptstyle scriptscriptstyle
    times cdot cdots ldots dots dotsc dotsb vdots ddots div pm mp ast star circ bullet odot oplus
    ominus otimes oslash wedge vee cap cup setminus uplus sqcap sqcup dagger ddagger amalg
    leq le geq ge neq ne ll gg lt gt approx sim simeq cong equiv propto prec succ preceq succeq
    subset supset subseteq supseteq sqsubseteq sqsupseteq in ni notin mid parallel perp asymp
    leqslant geqslant lesssim gtrsim models vdash dashv doteq not
    to gets mapsto longmapsto rightarrow leftarrow leftrightarrow Rightarrow Leftarrow
    Leftrightarrow longrightarrow longleftarrow Longrightarrow Longleftarrow implies impliedby iff
    uparrow downarrow updownarrow Uparrow Downarrow nearrow searrow swarrow nwarrow hookrightarrow
    rightharpoonup xrightarrow xleftarrow
    infty partial nabla forall exists nexists emptyset varnothing neg lnot land lor hbar ell Re Im
    wp aleph angle triangle square blacksquare prime top bot therefore because degree surd
    left right middle big Big bigg Bigg bigl bigr Bigl Bigr biggl biggr Biggl Biggr
    langle rangle lfloor rfloor lceil rceil lvert rvert lVert rVert vert Vert lbrace rbrace lbrack
    rbrack backslash
    hat widehat tilde widetilde bar overline underline vec dot ddot dddot acute grave check breve
    mathring overbrace underbrace overset underset stackrel overrightarrow overleftarrow substack
    boxed cancel phantom hphantom vphantom
    text textrm textbf textit texttt textsf mathrm mathbf mathit mathsf mathtt mathcal mathbb
    mathfrak mathscr boldsymbol bm pmb rm bf it cal
    quad qquad enspace thinspace medspace thickspace negthinspace space nonumber notag hline
    begin end cr
    """
)


def is_plain_tex(text: str) -> bool:
    """Whether a formula holds known commands only, and is of a size that a page can draw."""
    if len(text) > MAX_TEX:
        return False
    depth = 0
    for mark in text:
        depth += (mark == "{") - (mark == "}")
        if depth > _NESTING:
            return False
    environments = _ENVIRONMENT.findall(text)
    commands = _COMMAND.findall(text)
    framed = sum(command in ("begin", "end") for command in commands)
    return (
        framed == len(environments)
        and _COMMANDS.issuperset(commands)
        and _ENVIRONMENTS.issuperset(environments)
    )
