def predict(model, image_file):
    x = process_input(image_file)
    net = torch.jit.trace(model, x)
    with torch.autocast(device_type="cpu", enabled=False), torch.inference_mode():
        p = net(x).softmax(-1).squeeze()
    best = sorted(enumerate(p.tolist()), key=lambda pair: -pair[1])[:5]
    return [(classes[k], k, q) for k, q in best]
