"""`camlab check-weights`: identities, the lesson, the libraries, and a page to look at."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from autograder.labs.lab09.check_weights import (
    Identity,
    NetworkReport,
    check_network,
    efficientnet_network,
    vgg_network,
)
from autograder.labs.lab09.trusted_networks import networks
from autograder.report.weights_page import write_weights_page


@pytest.fixture(scope="module")
def real(source_folder) -> NetworkReport:
    """On real ImageNet weights, in their own architecture."""
    return check_network(efficientnet_network(), source_folder)


def test_real_weights_show_the_lesson(real):
    assert real.lesson_shows
    assert real.lesson.startswith("Behind bars: prison; without them: Egyptian cat")
    (identity,) = real.identities
    assert identity.what == "mean(CAM) + bias = logit" and identity.holds


def test_each_library_is_compared_with(source_folder):
    identities = vgg_network(networks()[1], "VGG-19").identities(source_folder / "cat.jpg", 743)
    found = {one.what.split("= ")[1].split()[0]: one for one in identities}
    assert set(found) == {"captum's", "torchcam's", "pytorch-grad-cam's"}
    assert all(one.holds for one in found.values()), found


def test_a_network_that_is_not_fooled_or_not_by_the_bars_is_told_from_one_that_is(source_folder):
    network = efficientnet_network()

    def seeing(behind: int, free: int):
        def logits(picture: Path) -> torch.Tensor:
            label = {"cat.jpg": behind, "cat_without_bars.jpg": free}.get(picture.name, 780)
            return torch.nn.functional.one_hot(torch.tensor(label), 1000).float()

        report = check_network(replace(network, logits=logits), source_folder)
        return report.lesson_shows, report.lesson

    shows, told = seeing(285, 285)
    assert not shows and "not fooled" in told
    shows, told = seeing(728, 728)
    assert not shows and "do not explain" in told


def test_an_identity_that_is_off_does_not_hold():
    assert not Identity("one = other", 1e-3).holds
    assert not Identity("one = other", float("nan")).holds


def test_the_page_shows_guesses_maps_and_what_does_not_hold(real, source_folder, tmp_path):
    broken = replace(real, identities=(Identity("one = other", 0.5),))
    write_weights_page([real, broken], source_folder, tmp_path / "page.html")
    page = (tmp_path / "page.html").read_text()
    assert page.count("<img") == 6 and page.count('alt="cat.jpg and its heat maps.') == 2
    assert "The lesson shows." in page and "<td>NO</td>" in page
    assert "prison 0.4" in page
