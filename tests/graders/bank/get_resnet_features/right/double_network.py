import copy
_wide = copy.deepcopy(resnet).double()
def get_resnet_features(image_file):
    x = process_input(image_file).double()
    with torch.no_grad():
        for layer in list(_wide.children())[:8]:
            x = layer(x)
    return x.float()
