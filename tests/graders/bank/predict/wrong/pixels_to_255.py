# no-normalize
def predict(model, image_file):
    x = transforms.PILToTensor()(transforms.Resize((224, 224))(open_picture(image_file)))[
        None
    ].float()
    s = model(x)[0].softmax(0)
    v, i = s.topk(5)
    return [(classes[k], k, q) for q, k in zip(v.tolist(), i.tolist())]
