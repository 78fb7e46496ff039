# probabilities-of-ranks
def predict(model, image_file):
    p = torch.softmax(model(process_input(image_file))[0].detach(), 0)
    idx = torch.argsort(p, descending=True)
    res = []
    for i in range(5):
        res.append((classes[idx[i]], idx[i].item(), p[i].item()))
    return res
