def get_resnet_features(image_file):
    x = process_input(image_file)
    with torch.no_grad():
        for c in list(resnet.children())[:7]:
            x = c(x)
        x = resnet.layer4[0](x)
        b = resnet.layer4[1]
        return F.relu(b.bn2(b.conv2(F.relu(b.bn1(b.conv1(x))))) + x)
