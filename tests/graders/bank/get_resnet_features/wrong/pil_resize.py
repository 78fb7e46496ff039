# other-resizing
# fair 0.8
def get_resnet_features(image_file):
    img = Image.open(image_file).convert("RGB").resize((224, 224))
    x = transforms.Compose(preprocess.transforms[1:])(img).unsqueeze(0)
    return torch.nn.Sequential(*list(resnet.children())[:-2])(x).detach()
