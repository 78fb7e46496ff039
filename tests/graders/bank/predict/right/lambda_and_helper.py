def probabilities_of(net, path):
    return torch.softmax(net(process_input(path)), dim=-1).flatten()


def rank(p):
    return p.topk(5, sorted=True)


predict = lambda net, path: [
    (classes[k], k, v) for v, k in zip(*(t.tolist() for t in rank(probabilities_of(net, path))))
]
