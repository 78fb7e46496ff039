from scipy.special import softmax
def predict(model, image_file):
    p = softmax(model(process_input(image_file)).detach().numpy(), axis=1)[0]
    top = (-p).argsort(kind="stable")[:5]
    return [(str(classes[i]), int(i), float(p[i])) for i in top]
