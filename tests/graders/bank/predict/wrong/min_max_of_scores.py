# scores-rescaled
def predict(model, image_file):
    z = model(process_input(image_file))[0].detach().numpy()
    p = (z - z.min()) / (z.max() - z.min())
    return [(classes[i], int(i), float(p[i])) for i in np.argsort(-z)[:5]]
