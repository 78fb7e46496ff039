# layer-repeated
def get_resnet_features(image_file):
    x = process_input(image_file)
    with torch.no_grad():
        x = resnet.maxpool(resnet.relu(resnet.bn1(resnet.conv1(x))))
        x = resnet.layer1(x)
        x = resnet.layer1(x)
        return resnet.layer4(resnet.layer3(resnet.layer2(x)))
