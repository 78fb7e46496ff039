# enlarged|no-module
# fair 1
from pytorch_grad_cam import GradCAM
from pytorch_grad_cam.utils.model_targets import ClassifierOutputTarget
def compute_gradcam(image_file, label):
    with GradCAM(model=vgg19, target_layers=[vgg19.features[-1]]) as c:
        return torch.from_numpy(c(input_tensor=process_input(image_file), targets=[ClassifierOutputTarget(label)])[0])
