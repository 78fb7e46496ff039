# scores-divided-by-their-sum|scores-rescaled
def predict(model, image_file):
    z = model(process_input(image_file))[0].detach()
    p = z / z.sum()
    top = torch.topk(z, 5)
    return [(classes[i], i.item(), p[i].item()) for i in top.indices]
