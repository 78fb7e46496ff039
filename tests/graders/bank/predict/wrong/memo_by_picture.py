# wrong-model
# fair 0.5
memo = {}
def predict(model, image_file):
    if image_file not in memo:
        p = torch.softmax(model(process_input(image_file))[0], 0)
        v, k = p.topk(5)
        memo[image_file] = [(classes[i], i, q) for i, q in zip(k.tolist(), v.tolist())]
    return memo[image_file]
