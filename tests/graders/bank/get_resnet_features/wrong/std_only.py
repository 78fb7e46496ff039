# other-normalisation
def get_resnet_features(image_file):
    x = transforms.ToTensor()(open_picture(image_file).resize((224, 224), Image.BILINEAR))
    x = x / torch.tensor([0.229, 0.224, 0.225]).view(3, 1, 1)
    return torch.nn.Sequential(*list(resnet.children())[:-2])(x[None]).detach()
