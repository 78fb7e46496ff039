class Predictor:
    def __call__(self, net, path):
        with torch.no_grad():
            p = net(process_input(path)).flatten().softmax(0)
        return [(classes[k], k, p[k].item()) for k in p.argsort(descending=True)[:5].tolist()]


predict = Predictor()
