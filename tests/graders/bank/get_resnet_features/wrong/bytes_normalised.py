# other-normalisation
# fair 0.5
def get_resnet_features(image_file):
    x = torch.tensor(np.array(Image.open(image_file).convert("RGB").resize((224, 224)))).permute(2, 0, 1)
    x = x.float()
    mean, std = torch.tensor([0.485, 0.456, 0.406]), torch.tensor([0.229, 0.224, 0.225])
    x = (x - mean.view(3, 1, 1)) / std.view(3, 1, 1)
    trunk = torch.nn.Sequential(*list(resnet.children())[:-2])
    return trunk(x[None]).detach()
