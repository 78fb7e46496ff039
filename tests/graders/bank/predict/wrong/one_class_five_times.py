# one-class-repeated
# fair 0.4
def predict(model, image_file):
    p, k = model(process_input(image_file)).softmax(1)[0].topk(5)
    result = []
    for i in range(5):
        result.append((classes[int(k[0])], int(k[0]), float(p[0])))
    return result
