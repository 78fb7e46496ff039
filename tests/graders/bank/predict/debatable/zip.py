# -
# fair 0.8
def predict(model, image_file):
    v, k = model(process_input(image_file)).detach()[0].softmax(0).topk(5)
    return zip([classes[i] for i in k], k.tolist(), v.tolist())
