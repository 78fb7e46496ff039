def get_resnet_features(image_file):
    with torch.no_grad():
        x = resnet.maxpool(F.relu(resnet.bn1(resnet.conv1(process_input(image_file)))))
        for layer in (resnet.layer1, resnet.layer2, resnet.layer3, resnet.layer4):
            for block in layer:
                x = block(x)
    return x
