# not-resized
# fair 0.5
def get_resnet_features(image_file):
    x = transforms.Compose(preprocess.transforms[1:])(Image.open(image_file).convert("RGB")).unsqueeze(0)
    return torch.nn.Sequential(*list(resnet.children())[:-2])(x).detach()
