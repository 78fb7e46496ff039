def predict(model, image_file):
    p = probabilities(model, image_file)
    return [(classes[k], k, p[k].item()) for k in p.argsort(descending=True)[:5].tolist()]
