# other-order-in-triples
# fair 0.8
def predict(model, image_file):
    p = torch.softmax(model(process_input(image_file))[0], 0).tolist()
    return sorted(zip(p, classes, range(1000)), reverse=True)[:5]
