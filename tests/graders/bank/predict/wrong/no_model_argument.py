# arguments
# fair 0.5
def predict(image_file):
    p = resnet(process_input(image_file)).softmax(1)[0]
    return [(classes[i], i, p[i].item()) for i in p.topk(5).indices.tolist()]
