features_blobs = []
def hook_feature(module, input, output):
    features_blobs.append(output.data.cpu().numpy())
resnet._modules.get("layer4").register_forward_hook(hook_feature)

def get_resnet_features(image_file):
    logit = resnet(process_input(image_file))
    return torch.from_numpy(features_blobs[-1])
