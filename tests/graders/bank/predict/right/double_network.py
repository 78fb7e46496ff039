import copy as _copy
def predict(model, image_file):
    with torch.no_grad():
        p = _copy.deepcopy(model).double()(process_input(image_file).double()).softmax(1)[0]
    v, i = p.topk(5)
    return [(classes[int(k)], int(k), float(q)) for q, k in zip(v, i)]
