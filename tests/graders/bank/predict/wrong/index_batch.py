# several-elements
# fair 0.3
def predict(model, image_file):
    p, k = torch.softmax(model(process_input(image_file)), 1).topk(5)
    return [(classes[k[i].item()], k[i].item(), p[i].item()) for i in range(5)]
