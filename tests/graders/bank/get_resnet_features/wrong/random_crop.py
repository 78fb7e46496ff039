# changes-when-asked-again
def get_resnet_features(image_file):
    t = transforms.Compose([transforms.RandomResizedCrop(224), transforms.ToTensor(), transforms.Normalize([0.485, 0.456, 0.406], [0.229, 0.224, 0.225])])
    f = torch.nn.Sequential(*list(resnet.children())[:-2])
    return f(t(open_picture(image_file)).unsqueeze(0)).detach()
