from torchvision.models._utils import IntermediateLayerGetter
getter = IntermediateLayerGetter(resnet, {"layer4": "out"})
def get_resnet_features(image_file):
    return getter(process_input(image_file))["out"].detach()
