# other-order-of-dimensions
# fair 0.75
def get_resnet_features(image_file):
    trunk = torch.nn.Sequential(*list(resnet.children())[:-2])
    x = trunk(process_input(image_file))
    return x.squeeze().permute(1, 2, 0).detach().numpy()
