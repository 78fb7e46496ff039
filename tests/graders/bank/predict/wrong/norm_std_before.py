# other-normalisation
def predict(model, image_file):
    t = transforms.ToTensor()(open_picture(image_file).resize((224, 224)))
    mean = torch.tensor([0.485, 0.456, 0.406]).view(3, 1, 1)
    std = torch.tensor([0.229, 0.224, 0.225]).view(3, 1, 1)
    x = (t / std - mean)[None]
    p = model(x).softmax(1)[0].detach()
    v, k = p.topk(5)
    return [(classes[i], i, q) for q, i in zip(v.tolist(), k.tolist())]
