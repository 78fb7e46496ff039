# shapes
# fair 0.2
def get_resnet_features(image_file):
    return resnet.layer4(process_input(image_file))
