# scrambled-picture
def get_resnet_features(image_file):
    a = np.array(open_picture(image_file).resize((224, 224))) / 255
    a = (a - np.array([0.485, 0.456, 0.406])) / np.array([0.229, 0.224, 0.225])
    x = torch.tensor(a, dtype=torch.float32).reshape(1, 3, 224, 224)
    return torch.nn.Sequential(*list(resnet.children())[:-2])(x).detach()
