"""Lab 09, worked: class activation maps and Grad-CAM as a full-marks student would write them.

from camlab_solutions import compute_cam, get_resnet_features
cam = compute_cam(get_resnet_features("cat.jpg"), 281)
"""

from camlab_solutions.cam import compute_cam
from camlab_solutions.features import get_resnet_features, get_vgg_features
from camlab_solutions.gradcam import compute_gradcam, gradcam_before_relu
from camlab_solutions.images import open_picture, process_input
from camlab_solutions.networks import load_classes, load_resnet, load_vgg
from camlab_solutions.overlay import draw_maps, enlarge
from camlab_solutions.prediction import predict
from camlab_solutions.saliency import input_gradient

__all__ = [
    "compute_cam",
    "compute_gradcam",
    "draw_maps",
    "enlarge",
    "get_resnet_features",
    "get_vgg_features",
    "gradcam_before_relu",
    "input_gradient",
    "load_classes",
    "load_resnet",
    "load_vgg",
    "open_picture",
    "predict",
    "process_input",
]
