# centre-crop
def predict(model, image_file):
    t = transforms.Compose(
        [transforms.Resize(256), transforms.CenterCrop(224), *preprocess.transforms[1:]]
    )
    s = model(t(open_picture(image_file))[None])[0].softmax(0)
    v, i = s.topk(5)
    return [(classes[k], k, q) for q, k in zip(v.tolist(), i.tolist())]
