# batch-norm-train
# fair 0.4
def get_resnet_features(image_file):
    resnet.train()
    out = torch.nn.Sequential(*list(resnet.children())[:-2])(process_input(image_file)).detach()
    resnet.eval()
    return out
