# bgr
def predict(model, image_file):
    picture = cv2.imread(str(image_file))
    picture = cv2.resize(picture, (224, 224))
    x = transforms.Compose([transforms.ToTensor(), transforms.Normalize([0.485, 0.456, 0.406], [0.229, 0.224, 0.225])])(picture)
    p = model(x[None]).softmax(1)[0]
    return [(classes[k], k, float(p[k])) for k in p.topk(5).indices.tolist()]
