# no-file
# fair 0.7
def predict(model, image_file):
    img = cv2.cvtColor(cv2.imread("images/" + image_file), cv2.COLOR_BGR2RGB)
    x = preprocess(Image.fromarray(img)).unsqueeze(0)
    p = model(x).softmax(1)[0]
    return [(classes[i], i, p[i].item()) for i in p.topk(5).indices.tolist()]
