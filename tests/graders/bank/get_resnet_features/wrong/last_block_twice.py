# layer-repeated
# fair 0.5
def get_resnet_features(image_file):
    x = torch.nn.Sequential(*list(resnet.children())[:-2])(process_input(image_file))
    return resnet.layer4[1](x).detach()
