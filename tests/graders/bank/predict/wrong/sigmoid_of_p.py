# sigmoid
def predict(model, image_file):
    p = model(process_input(image_file))[0].detach().softmax(0).sigmoid()
    v, k = p.topk(5)
    return [(classes[i], i, p[i].item()) for i in k.tolist()]
