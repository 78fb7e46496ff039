# skips-the-first
def predict(model, image_file):
    p = F.softmax(model(process_input(image_file))[0], dim=0)
    order = p.argsort(descending=True)[1:6].tolist()
    return [(classes[k], k, p[k].item()) for k in order]
