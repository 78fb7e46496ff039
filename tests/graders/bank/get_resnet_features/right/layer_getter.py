def get_resnet_features(image_file):
    from torchvision.models._utils import IntermediateLayerGetter

    return IntermediateLayerGetter(resnet, {"layer4": "out"})(process_input(image_file))["out"]
