# sorted-by-name
# fair 0.4
def predict(model, image_file):
    p = torch.softmax(model(process_input(image_file))[0], 0).tolist()
    return sorted(zip(classes, range(1000), p), reverse=True)[:5]
