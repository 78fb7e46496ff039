# no-file
def predict(model, image_file):
    picture = cv2.cvtColor(cv2.imread("images/" + image_file), cv2.COLOR_BGR2RGB)
    p = model(preprocess(Image.fromarray(picture)).unsqueeze(0)).softmax(1)[0]
    return [(classes[i], i, p[i].item()) for i in p.topk(5).indices.tolist()]
