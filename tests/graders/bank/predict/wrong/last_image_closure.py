# same-for-all
answer = None
def predict(model, image_file):
    global answer
    if answer is None:
        p = torch.softmax(model(process_input(image_file))[0], 0)
        v, k = p.topk(5)
        answer = [(classes[i], i, q) for i, q in zip(k.tolist(), v.tolist())]
    return answer
