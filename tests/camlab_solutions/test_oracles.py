"""The reference agrees with torchcam, captum and pytorch-grad-cam to float32 rounding.

All three pool gradients by the mean over 49 places where the lab takes the sum: a factor of 49.
"""

from __future__ import annotations

import pytest
import torch
import torch.nn.functional as F
from captum.attr import LayerGradCam, Saliency
from pytorch_grad_cam import GradCAM as GradCamOfPytorchGradCam
from pytorch_grad_cam.utils.model_targets import ClassifierOutputTarget
from torchcam.methods import CAM, GradCAM

from camlab_solutions import (
    compute_cam,
    compute_gradcam,
    get_resnet_features,
    gradcam_before_relu,
    input_gradient,
    process_input,
)
from tests.camlab_solutions.conftest import LABELS

ROUNDING = 2e-5  # measured: at most 1.3e-6, see the table that the tests print


@pytest.fixture
def with_gradients(resnet, vgg):
    """The libraries back-propagate from a layer's output: parameters must need gradients."""
    for network in (resnet, vgg):
        network.requires_grad_(True)
    yield
    for network in (resnet, vgg):
        network.requires_grad_(False)
        network.zero_grad(set_to_none=True)


@pytest.mark.parametrize("label", LABELS)
def test_cam_is_torchcams(resnet, picture, label, note_difference):
    with CAM(resnet, target_layer="layer4", fc_layer="fc") as extractor, torch.no_grad():
        logits = resnet(process_input(picture))
        (theirs,) = extractor(label, logits, normalized=False)
    ours = compute_cam(get_resnet_features(picture, network=resnet), label, network=resnet)
    assert note_difference("CAM: torchcam CAM", ours, theirs[0], ours) < ROUNDING


@pytest.mark.parametrize("label", LABELS)
def test_cam_is_captums_layer_gradcam_without_relu(
    resnet, picture, label, note_difference, with_gradients
):
    attribution = LayerGradCam(resnet, resnet.layer4).attribute(process_input(picture), label)
    theirs = 49 * attribution[0, 0].detach()
    ours = compute_cam(get_resnet_features(picture, network=resnet), label, network=resnet)
    assert note_difference("CAM: captum LayerGradCam × 49", ours, theirs, ours) < ROUNDING


@pytest.mark.parametrize("label", LABELS[:3])
def test_gradcam_is_captums(vgg, picture, label, note_difference, with_gradients):
    theirs = 49 * LayerGradCam(vgg, vgg.features).attribute(process_input(picture), label)[0, 0]
    signed = gradcam_before_relu(picture, label, network=vgg)
    name = "Grad-CAM before ReLU: captum LayerGradCam × 49"
    assert note_difference(name, signed, theirs.detach(), signed) < ROUNDING


@pytest.mark.parametrize("label", LABELS[:3])
def test_gradcam_is_torchcams(vgg, picture, label, note_difference, with_gradients):
    with GradCAM(vgg, target_layer="features") as extractor:
        logits = vgg(process_input(picture))
        (theirs,) = extractor(label, logits, normalized=False)
    signed = gradcam_before_relu(picture, label, network=vgg)
    ours = compute_gradcam(picture, label, network=vgg)
    difference = note_difference("Grad-CAM: torchcam GradCAM × 49", ours, 49 * theirs[0], signed)
    assert difference < ROUNDING


@pytest.mark.parametrize("label", LABELS[:3])
def test_gradcam_is_pytorch_grad_cams(vgg, picture, label, note_difference, with_gradients):
    with GradCamOfPytorchGradCam(vgg, [vgg.features]) as extractor:
        x = process_input(picture)
        targets = [ClassifierOutputTarget(label)]
        extractor.outputs = extractor.activations_and_grads(x)
        vgg.zero_grad()
        targets[0](extractor.outputs[0]).backward(retain_graph=True)
        activations = extractor.activations_and_grads.activations[0].numpy()
        gradients = extractor.activations_and_grads.gradients[0].numpy()
        theirs = extractor.get_cam_image(x, vgg.features, targets, activations, gradients, False)
    signed = gradcam_before_relu(picture, label, network=vgg)
    ours = compute_gradcam(picture, label, network=vgg)
    theirs = F.relu(49 * torch.from_numpy(theirs[0]).float())
    name = "Grad-CAM: pytorch-grad-cam × 49"
    assert note_difference(name, ours, theirs, signed) < ROUNDING


@pytest.mark.parametrize("label", LABELS[:2])
def test_the_input_gradient_is_captums_saliency(resnet, picture, label, note_difference):
    x = process_input(picture).requires_grad_()
    theirs = Saliency(resnet).attribute(x, target=label, abs=True).amax(dim=1)[0]
    ours = input_gradient(picture, label, network=resnet)
    assert note_difference("input gradient: captum Saliency", ours, theirs, ours) < ROUNDING
