# number-as-text
# fair 0.8
def predict(model, image_file):
    z = torch.softmax(model(process_input(image_file))[0], 0)
    return [(classes[i], i, f"{z[i].item():.3f}") for i in z.topk(5).indices.tolist()]
