from torchvision.models.feature_extraction import create_feature_extractor
_ex = create_feature_extractor(vgg19, {"features.36": "X", "classifier.6": "z"})
def compute_gradcam(image_file, label):
    out = _ex(process_input(image_file))
    (g,) = torch.autograd.grad(out["z"][0][label], [out["X"]])
    w = F.adaptive_avg_pool2d(g, 1) * 49
    return F.relu(F.conv2d(out["X"], w)[0, 0]).detach()
