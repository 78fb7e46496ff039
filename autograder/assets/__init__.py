"""Pictures and weights: found, fetched, or made when there is no network."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console

from autograder.assets.lab_pictures import open_pictures
from autograder.assets.weights import Weights, find_weights, prepare_weights, weights_of
from autograder.lab import Lab

__all__ = ["Weights", "find_weights", "prepare_assets"]


def prepare_assets(lab: Lab, folder: Path, console: Console, *, offline: bool = False) -> Weights:
    """Have everything that a lab needs, and say in one line what is in use.

    Args:
        lab: without networks it needs no weights.
        folder: the lab's source folder, which holds its pictures.
        console: where to say it.
        offline: do not try the network.

    Raises:
        CamlabError: a picture is missing.
    """
    if not lab.preloaded.weights:
        console.print(f"Assets: {lab.name} needs none.", highlight=False)
        return weights_of(lab)
    pictures = open_pictures(folder)
    with console.status("Looking for weights") as status:

        def say(sentence: str) -> None:
            console.print(sentence, highlight=False)
            status.update(sentence)

        weights = prepare_weights(lambda: pictures, offline=offline, say=say)
    named = {"imagenet": "ImageNet weights", "stand-in": "stand-in weights (not ImageNet's)"}
    console.print(
        f"Assets: {named[weights.kind]} in {weights.torch_home}", highlight=False, soft_wrap=True
    )
    return weights
