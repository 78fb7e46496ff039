# dictionary
# fair 0.8
def predict(model, image_file):
    v, k = model(process_input(image_file)).detach()[0].softmax(0).topk(5)
    return [{"class": classes[i], "id": i, "p": q} for i, q in zip(k.tolist(), v.tolist())]
