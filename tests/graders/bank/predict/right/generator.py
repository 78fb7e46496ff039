def _top(model, image_file):
    probs = torch.log_softmax(model(process_input(image_file)), 1).exp().detach()
    values, indices = probs.sort(descending=True)
    for v, i in zip(values[0][:5], indices[0][:5]):
        yield classes[i], i.item(), v.item()

def predict(model, image_file):
    return [*_top(model, image_file)]
