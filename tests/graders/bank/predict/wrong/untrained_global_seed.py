# untrained-network
torch.manual_seed(0)
net = models.resnet18(weights=None)
net.eval()
def predict(model, image_file):
    p = net(process_input(image_file)).softmax(1)[0]
    v, k = p.topk(5)
    return [(classes[i], i, q) for q, i in zip(v.tolist(), k.tolist())]
