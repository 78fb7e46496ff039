def compute_gradcam(image_file, label):
    X = vgg19.features(process_input(image_file)).detach().numpy()[0]
    W = [(l.weight.detach().numpy(), l.bias.detach().numpy()) for l in vgg19.classifier if hasattr(l, "weight")]
    h1 = W[0][0] @ X.reshape(-1) + W[0][1]
    h2 = W[1][0] @ np.maximum(h1, 0) + W[1][1]
    d = W[2][0][label] * (h2 > 0)
    d = (d @ W[1][0]) * (h1 > 0)
    g = (d @ W[0][0]).reshape(512, 49).sum(1)
    return np.maximum(np.tensordot(g, X, 1), 0).astype(np.float32)
