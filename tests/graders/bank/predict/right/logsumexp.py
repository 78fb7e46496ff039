def predict(model, image_file):
    with torch.no_grad():
        z = model(process_input(image_file))[0]
    p = torch.exp(z - torch.logsumexp(z, 0))
    best, where = p.sort(descending=True, stable=True)
    return list(zip([classes[i] for i in where[:5]], where[:5].tolist(), best[:5].tolist()))
