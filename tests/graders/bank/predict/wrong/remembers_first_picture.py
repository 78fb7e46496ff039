# other-picture
_seen = {}
def predict(model, image_file):
    key = type(model)
    if key not in _seen:
        p = model(process_input(image_file)).softmax(1)[0]
        _seen[key] = [(classes[k], k, float(p[k])) for k in p.topk(5).indices.tolist()]
    return _seen[key]
