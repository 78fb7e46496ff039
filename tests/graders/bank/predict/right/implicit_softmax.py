import warnings
def predict(model, image_file):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        p = F.softmax(model(process_input(image_file)))
    top = torch.topk(p, 5)
    return [(classes[n], n, q) for n in top.indices[0].tolist() if (q := p[0, n].item()) >= 0]
