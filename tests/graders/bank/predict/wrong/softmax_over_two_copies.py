# softmax-over-wrong-axis
def predict(model, image_file):
    x = process_input(image_file)
    out = model(torch.cat([x, x]))
    p = out.softmax(0)[0].detach()
    idx = out[0].argsort(descending=True)[:5]
    return [(classes[i], i.item(), p[i].item()) for i in idx]
