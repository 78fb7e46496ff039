# -
# fair 1
def get_resnet_features(image_file):
    img = cv2.cvtColor(cv2.imread(image_file), cv2.COLOR_BGR2RGB)
    x = preprocess(Image.fromarray(img)).unsqueeze(0)
    return torch.nn.Sequential(*list(resnet.children())[:-2])(x).detach()
