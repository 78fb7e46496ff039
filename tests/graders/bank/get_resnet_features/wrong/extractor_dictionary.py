# in-dictionary
# fair 0.75
from torchvision.models.feature_extraction import create_feature_extractor
extractor = create_feature_extractor(resnet, {"layer4": "features"})
def get_resnet_features(image_file):
    return extractor(process_input(image_file))
