# rounded
# fair 0.6
def predict(model, image_file):
    p = np.round(model(process_input(image_file)).detach()[0].softmax(0).numpy(), 2)
    return [(classes[k], int(k), float(p[k])) for k in np.argsort(-p, kind="stable")[:5]]
