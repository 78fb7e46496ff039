# ascending
def predict(model, image_file):
    p = F.softmax(model(process_input(image_file))[0], dim=0)
    order = p.argsort()[-5:].tolist()
    return [(classes[k], k, p[k].item()) for k in order]
