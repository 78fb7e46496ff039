# changes-when-asked-again
_t = transforms.Compose([transforms.RandomResizedCrop(224), transforms.ToTensor(), transforms.Normalize([0.485, 0.456, 0.406], [0.229, 0.224, 0.225])])
def predict(model, image_file):
    p = model(_t(Image.open(image_file).convert("RGB"))[None]).softmax(1)[0]
    return [(classes[k], k, float(p[k])) for k in p.topk(5).indices.tolist()]
