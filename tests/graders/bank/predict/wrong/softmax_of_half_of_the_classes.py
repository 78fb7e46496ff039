# other-denominator
def predict(model, image_file):
    with torch.no_grad():
        z = model(process_input(image_file))[0]
    p = z.clone(); p[500:] = -1e9; p = z.exp() / z[:500].exp().sum()
    v, i = p.topk(5)
    return [(classes[k], k, q) for q, k in zip(v.tolist(), i.tolist())]
