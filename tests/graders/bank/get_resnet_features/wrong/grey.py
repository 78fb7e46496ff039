# grey
# fair 0.5
def get_resnet_features(image_file):
    image = Image.open(image_file).convert("L").convert("RGB")
    x = preprocess(image).unsqueeze(0)
    return torch.nn.Sequential(*list(resnet.children())[:-2])(x).detach()
