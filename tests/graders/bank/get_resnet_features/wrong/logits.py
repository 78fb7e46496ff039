# logits
def get_resnet_features(image_file):
    return resnet(process_input(image_file)).detach()
