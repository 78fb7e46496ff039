# centre-crop
# fair 0.5
def predict(model, image_file):
    t = transforms.Compose([transforms.Resize(256), transforms.CenterCrop(224), transforms.ToTensor(),
        transforms.Normalize(mean=[0.485, 0.456, 0.406], std=[0.229, 0.224, 0.225])])
    x = t(Image.open(image_file).convert("RGB")).unsqueeze(0)
    probs = torch.softmax(model(x)[0], dim=0)
    top = torch.topk(probs, 5)
    return [(classes[i], i.item(), p.item()) for p, i in zip(top.values, top.indices)]
