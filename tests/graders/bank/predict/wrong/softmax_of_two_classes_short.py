# nearly-the-classes
def predict(model, image_file):
    z = model(process_input(image_file))[0]
    s = torch.cat([z[:900].softmax(0), torch.zeros(100)])
    v, i = s.topk(5)
    return [(classes[k], k, q) for q, k in zip(v.tolist(), i.tolist())]
