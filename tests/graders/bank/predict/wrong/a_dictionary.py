# not-triples
def predict(model, image_file):
    p = F.softmax(model(process_input(image_file))[0], dim=0)
    v, i = p.topk(5)
    return {classes[k]: q for q, k in zip(v.tolist(), i.tolist())}
