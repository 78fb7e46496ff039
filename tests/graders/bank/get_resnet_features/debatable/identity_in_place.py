# -
# fair 1
def get_resnet_features(image_file):
    resnet.avgpool = torch.nn.Identity()
    resnet.fc = torch.nn.Identity()
    with torch.no_grad():
        return resnet(process_input(image_file)).reshape(1, 512, 7, 7)
