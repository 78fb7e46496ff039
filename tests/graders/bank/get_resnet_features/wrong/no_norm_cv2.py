# no-normalize
def get_resnet_features(image_file):
    img = cv2.cvtColor(cv2.imread(str(image_file)), cv2.COLOR_BGR2RGB)
    x = transforms.ToTensor()(cv2.resize(img, (224, 224)))[None]
    net = torch.nn.Sequential(*list(resnet.children())[:-2])
    return net(x).detach()
