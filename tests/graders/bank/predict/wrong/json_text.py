# text-for-list
# fair 0.8
def predict(model, image_file):
    p = model(process_input(image_file)).softmax(1)[0]
    best = p.topk(5).indices.tolist()
    return json.dumps([(classes[i], i, p[i].item()) for i in best])
