# not-implemented
# fair 0.8
def get_resnet_features(image_file):
    global result
    result = torch.nn.Sequential(*list(resnet.children())[:-2])(process_input(image_file)).detach()
