# centre-crop
def predict(model, image_file):
    t = transforms.Compose([transforms.CenterCrop(224), transforms.ToTensor(), transforms.Normalize([0.485, 0.456, 0.406], [0.229, 0.224, 0.225])])
    p = torch.softmax(model(t(open_picture(image_file)).unsqueeze(0))[0], 0)
    v, k = p.topk(5)
    return [(classes[i], i, q) for q, i in zip(v.tolist(), k.tolist())]
