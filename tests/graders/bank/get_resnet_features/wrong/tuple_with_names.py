# in-tuple
# fair 0.75
def get_resnet_features(image_file):
    x = process_input(image_file)
    with torch.no_grad():
        x = torch.nn.Sequential(*list(resnet.children())[:-2])(x)
    return (x, 'layer4')
