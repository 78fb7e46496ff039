# other-normalisation
def predict(model, image_file):
    t = transforms.ToTensor()(transforms.Resize((224, 224))(open_picture(image_file)))
    x = transforms.Normalize([0.4914, 0.4822, 0.4465], [0.2023, 0.1994, 0.2010])(t)[None]
    p = model(x).softmax(1)[0].detach()
    v, k = p.topk(5)
    return [(classes[i], i, q) for q, i in zip(v.tolist(), k.tolist())]
