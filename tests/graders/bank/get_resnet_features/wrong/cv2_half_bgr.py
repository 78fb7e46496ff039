# other-normalisation
def get_resnet_features(image_file):
    img = cv2.resize(cv2.imread(str(image_file)), (224, 224))
    x = torch.from_numpy(img).permute(2, 0, 1)[None].float() / 127.5 - 1
    return torch.nn.Sequential(*list(resnet.children())[:-2])(x).detach()
