"""What `camlab check-weights` prints of one network."""

from __future__ import annotations

from rich.console import Console

from autograder.labs.lab09.check_weights import NetworkReport


def print_report(report: NetworkReport, console: Console) -> None:
    """Print the guesses, the identities and whether the lesson shows."""
    console.print(f"\n{report.network}", style="bold", highlight=False)
    for picture in report.pictures:
        guesses = ", ".join(f"{guess.name} {guess.probability:.2f}" for guess in picture.guesses)
        score = f"score of prison {picture.prison.score:.1f}"
        console.print(f"  {picture.picture}: {guesses}; {score}", highlight=False, soft_wrap=True)
    for one in report.identities:
        sign = "✓" if one.holds else "✗"
        console.print(f"  {sign} {one.what} (off by {one.difference:.0e})", highlight=False)
    shows = "The lesson shows." if report.lesson_shows else "The lesson does not show."
    console.print(f"  {shows} {report.lesson}", highlight=False, soft_wrap=True)
