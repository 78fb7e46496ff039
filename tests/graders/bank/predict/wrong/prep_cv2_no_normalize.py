# no-normalize
def predict(model, image_file):
    img = cv2.cvtColor(cv2.imread(str(image_file)), cv2.COLOR_BGR2RGB)
    img = cv2.resize(img, (224, 224)) / 255.0
    x = torch.from_numpy(img).permute(2, 0, 1).float()[None]
    p = model(x).softmax(1)[0].detach()
    v, k = p.topk(5)
    return [(classes[i], i, q) for q, i in zip(v.tolist(), k.tolist())]
