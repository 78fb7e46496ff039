# other-resizing|other-preparation
# fair 0.9
def get_resnet_features(image_file):
    t = transforms.Compose([transforms.ToTensor(), transforms.Resize((224, 224)),
        transforms.Normalize([0.485, 0.456, 0.406], [0.229, 0.224, 0.225])])
    x = t(Image.open(image_file).convert("RGB")).unsqueeze(0)
    return torch.nn.Sequential(*list(resnet.children())[:-2])(x).detach()
