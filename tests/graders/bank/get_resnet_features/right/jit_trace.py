def get_resnet_features(image_file):
    x = process_input(image_file)
    trunk = torch.nn.Sequential(*list(resnet.children())[:8]).eval()
    with torch.no_grad():
        return torch.jit.trace(trunk, x)(x)
