from torchvision.models.feature_extraction import create_feature_extractor
extractor = create_feature_extractor(vgg19, return_nodes={"features.36": "maps", "classifier.6": "logits"})
extractor.eval()
def compute_gradcam(image_file, label):
    out = extractor(process_input(image_file))
    maps, logits = out["maps"], out["logits"]
    grads = torch.autograd.grad(outputs=logits[0][label], inputs=maps)[0]
    weights = grads[0].sum(dim=1).sum(dim=1)
    cam = torch.zeros(maps.shape[2:])
    for i, w in enumerate(weights):
        cam += w * maps[0, i].detach()
    return F.relu(cam)
