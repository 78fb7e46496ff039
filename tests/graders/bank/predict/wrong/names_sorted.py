# wrong-names
def predict(model, image_file):
    p = F.softmax(model(process_input(image_file))[0], dim=0)
    v, i = p.topk(5)
    names = sorted(classes[k] for k in i)
    return list(zip(names, i.tolist(), v.tolist()))
