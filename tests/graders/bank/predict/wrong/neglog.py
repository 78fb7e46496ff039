# log-softmax
def predict(model, image_file):
    p = model(process_input(image_file)).softmax(1)[0].detach()
    v, k = p.topk(5)
    return [(classes[i], i, -np.log(q)) for q, i in zip(v.tolist(), k.tolist())]
