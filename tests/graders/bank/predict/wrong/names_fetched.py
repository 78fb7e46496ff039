# no-network
!wget -q https://example.org/imagenet_names.txt
names = open("imagenet_names.txt").read().split("\n")
def predict(model, image_file):
    p = model(process_input(image_file)).softmax(1)[0]
    best = p.topk(5).indices.tolist()
    return [(names[i], i, p[i].item()) for i in best]
