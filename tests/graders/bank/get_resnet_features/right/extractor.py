def get_resnet_features(image_file):
    from torchvision.models.feature_extraction import create_feature_extractor

    return create_feature_extractor(resnet, ["layer4"])(process_input(image_file))["layer4"]
