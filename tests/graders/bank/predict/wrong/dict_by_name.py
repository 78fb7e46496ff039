# dictionary-for-list
# fair 0.7
def predict(model, image_file):
    z = torch.softmax(model(process_input(image_file))[0], 0)
    return {classes[i]: (i, z[i].item()) for i in z.topk(5).indices.tolist()}
