# untrained-network
own = copy.deepcopy(resnet)
own.fc = torch.nn.Linear(512, 1000)
def predict(model, image_file):
    p = own.eval()(process_input(image_file)).softmax(1)[0].detach()
    v, k = p.topk(5)
    return [(classes[i], i, q) for q, i in zip(v.tolist(), k.tolist())]
