def predict(model, image_file):
    p = F.softmax(model(process_input(image_file))[0], dim=0)
    p = p.detach().numpy()
    order = p.argsort()[::-1][:5]
    return [(classes[k], k, p[k]) for k in order]
