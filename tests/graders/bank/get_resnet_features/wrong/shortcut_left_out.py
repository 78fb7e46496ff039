# shortcut-left-out
# fair 0.4
def get_resnet_features(image_file):
    body = torch.nn.Sequential(*list(resnet.children())[:-3])
    x = resnet.layer4[0](body(process_input(image_file)))
    block = resnet.layer4[1]
    return torch.relu(block.bn2(block.conv2(torch.relu(block.bn1(block.conv1(x)))))).detach()
