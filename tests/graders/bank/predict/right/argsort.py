def predict(model, image_file):
    p = F.softmax(model(process_input(image_file))[0], dim=0)
    order = torch.argsort(p, descending=True)[:5]
    return [(classes[int(i)], int(i), float(p[i])) for i in order]
