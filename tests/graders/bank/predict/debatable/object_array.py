# table
# fair 0.8
def predict(model, image_file):
    v, k = model(process_input(image_file)).detach()[0].softmax(0).topk(5)
    return np.array([(classes[i], i, q) for i, q in zip(k.tolist(), v.tolist())], dtype=object)
