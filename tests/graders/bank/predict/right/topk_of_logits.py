def predict(model, image_file):
    z = model(process_input(image_file))
    p = F.softmax(z, 1)
    _, i = z.topk(5)
    return [(classes[k], k, p[0, k].item()) for k in i[0].tolist()]
