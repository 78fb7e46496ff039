# no-module|-
# fair 3
from captum.attr import LayerGradCam
def compute_gradcam(image_file, label):
    a = LayerGradCam(vgg19, vgg19.features).attribute(process_input(image_file), label, relu_attributions=True)
    return a[0, 0].detach()
