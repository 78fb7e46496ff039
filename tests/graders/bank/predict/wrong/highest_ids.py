# sorted-by-id
# fair 0.4
def predict(model, image_file):
    p = model(process_input(image_file)).softmax(1)[0].tolist()
    rows = sorted(zip(range(1000), classes, p), reverse=True)[:5]
    return [(name, i, q) for i, name, q in rows]
