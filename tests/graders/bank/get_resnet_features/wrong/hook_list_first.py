# other-picture
activations = []
resnet.layer4.register_forward_hook(lambda m, i, o: activations.append(o.detach()))
def get_resnet_features(image_file):
    resnet(process_input(image_file))
    return activations[0]
