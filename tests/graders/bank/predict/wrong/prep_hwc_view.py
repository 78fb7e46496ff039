# scrambled-picture
def predict(model, image_file):
    a = np.array(open_picture(image_file).resize((224, 224)), dtype=np.float32) / 255
    a = (a - [0.485, 0.456, 0.406]) / [0.229, 0.224, 0.225]
    x = torch.tensor(a).float().reshape(1, 3, 224, 224)
    p = model(x).softmax(1)[0].detach()
    v, k = p.topk(5)
    return [(classes[i], i, q) for q, i in zip(v.tolist(), k.tolist())]
