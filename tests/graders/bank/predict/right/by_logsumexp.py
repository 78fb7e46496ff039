def predict(model, image_file):
    z = model(process_input(image_file)).detach().double()[0]
    p = torch.exp(z - torch.logsumexp(z, 0))
    idx = np.flip(np.argsort(p.numpy()))[:5]
    return [(classes[int(i)], int(i), p[int(i)].item()) for i in idx]
