# centre-crop
def predict(model, image_file):
    tf = transforms.Compose([transforms.Resize((256, 256)), transforms.CenterCrop(224), *preprocess.transforms[1:]])
    p = model(tf(open_picture(image_file))[None]).softmax(1)[0].detach()
    v, k = p.topk(5)
    return [(classes[i], i, q) for q, i in zip(v.tolist(), k.tolist())]
