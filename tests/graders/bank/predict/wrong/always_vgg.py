# wrong-model
def predict(model, image_file):
    s = vgg19(process_input(image_file))[0].softmax(0)
    v, i = s.topk(5)
    return [(classes[k], k, q) for q, k in zip(v.tolist(), i.tolist())]
