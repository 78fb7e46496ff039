def predict(model, image_file):
    z = model(process_input(image_file)).detach().numpy()[0].astype(np.float64)
    e = np.exp(z - z.max())
    p = e / e.sum()
    order = np.argsort(-p)[:5]
    return [(classes[k], int(k), float(p[k])) for k in order]
