def predict(model, image_file):
    p = F.softmax(model(process_input(image_file))[0], dim=0)
    pairs = sorted(((q, k) for k, q in enumerate(p.tolist())), reverse=True)
    return [(classes[k], k, q) for q, k in pairs[:5]]
